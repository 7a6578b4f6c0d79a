// Every path below the directories that URLs lead to, within bounds.
//
// Distrusts: trees without end (bounded in time, paths and depth), links (a directory behind one is
// walked once, under the name it was first met by), and mounts: /proc, /sys, /dev and other file
// systems are not entered. Whatever was not reached is put_walk(directory, false) and a Gap.
#pragma once

#include "host/collector.h"
#include "host/paths.h"

namespace stockade::host {

void walk_served_trees(Collector& collector, PathLooker& looker);

}  // namespace stockade::host
