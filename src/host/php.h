// The settings of the PHPs that answer for this httpd: mod_php's and php-fpm's php.ini, the files
// that are read after it, and php-fpm's pools. Debian's and Red Hat's places. No PHP is run.
//
// Distrusts: the files, and a copy that may not hold them. Of their values only those are kept that
// rules ask for: a php.ini may hold passwords.
#pragma once

#include "host/collector.h"

namespace stockade::host {

// Fills Snapshot::php, in the order that PHP reads: of one program the later file wins, a name that
// no file sets has PHP's own default. Programs are "apache2 8.2", "fpm 8.2" and, with what a pool
// sets on top of that, "fpm 8.2 pool www"; the version is absent where the layout tells none.
// coverage.php only where every PHP that may answer was found and read.
void collect_php(Collector& collector);

}  // namespace stockade::host
