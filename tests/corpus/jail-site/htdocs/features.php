<?php
// What PHP does here, one line a feature: "name ok" or "name what went wrong".
error_reporting(E_ALL);
function tell($name, $good, $why = '') { echo $name, $good ? ' ok' : " wrong $why", "\n"; }
header('Content-Type: text/plain');
tell('date', date('Y') > 2000);
try { new DateTimeZone('Europe/Berlin'); tell('zone', true); } catch (Throwable $e) { tell('zone', false, $e->getMessage()); }
tell('temporary-file', tmpfile() !== false);
tell('write-tmp', @file_put_contents('/tmp/jail-site', 'x') === 1);
tell('session', @session_start());
tell('iconv', @iconv('ISO-8859-15', 'UTF-8', "\xa4") === '€');
tell('random', strlen(random_bytes(8)) === 8);
tell('preg', preg_match('/^(a+)b$/', 'aaab') === 1);
tell('account', (posix_getpwuid(posix_geteuid())['name'] ?? '') === 'www-data');
tell('localhost', gethostbyname('localhost') === '127.0.0.1');
// These are not to work.
tell('no-shell', !@shell_exec('echo x'));
tell('no-write', @file_put_contents(__DIR__ . '/x', 'x') === false);
