#!/usr/bin/env bash
# tests/apps/make_root.sh DIRECTORY: a Debian of its own in DIRECTORY with apache2 and the web applications
# that bring a configuration for it, installed by their own scripts. Nothing is started; needs root.
set -eu
target=$1
apps="adminer backuppc cacti dokuwiki ganglia-webfrontend gitweb icingaweb2 javascript-common ldap-account-manager mediawiki munin
  nagios4-cgi phpldapadmin phpmyadmin phpsysinfo roundcube roundcube-sqlite3 smokeping tt-rss zabbix-frontend-php"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
# The machine's own mirrors; where they stand elsewhere, Debian's.
sources=/etc/apt/sources.list.d/debian.sources
[ -f $sources ] || sources=/etc/apt/sources.list
[ -s $sources ] || sources=""
mmdebstrap --quiet --variant=apt --mode=root \
  --aptopt='APT::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --essential-hook='printf "#!/bin/sh\nexit 101\n" >"$1/usr/sbin/policy-rc.d"; chmod 755 "$1/usr/sbin/policy-rc.d"' \
  --include="ca-certificates apache2 libapache2-mod-php8.2 dbconfig-no-thanks" bookworm "$target" $sources
mount -t proc proc "$target/proc"
trap 'umount "$target/proc"' EXIT
chroot "$target" apt-get update -qq
chroot "$target" debconf-set-selections <<'ANSWERS'
phpmyadmin phpmyadmin/reconfigure-webserver multiselect apache2
ANSWERS
# shellcheck disable=SC2086
chroot "$target" apt-get install -y -qq $apps
for conf in "$target"/etc/apache2/conf-available/*.conf; do
  chroot "$target" a2enconf -q "$(basename "$conf" .conf)"
done
chroot "$target" apache2ctl configtest
