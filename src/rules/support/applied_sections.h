// The sections that httpd applies to a request for one file, in the order it merges them.
// Source: https://httpd.apache.org/docs/2.4/sections.html#merging.
#pragma once

#include <string>
#include <vector>

#include "host/snapshot.h"

namespace stockade::rules {

// A file of the machine and the way a request reaches it.
struct RequestedFile {
  const conf::Server* server = nullptr;
  std::string path;  // "/srv/shop/.git/HEAD", normalised
  std::string url;   // "/.git/HEAD"
};

struct AppliedSections {
  // <Directory> from the shortest path to the longest, those with a regular expression,
  // <Files>, <Location>: of each kind the main server's first. The last word wins.
  std::vector<const conf::Directive*> sections;
  // <If> and its kin: whether they hold depends on the request.
  std::vector<const conf::Directive*> undecided;
  // .htaccess files on the way that httpd reads (AllowOverride is not None).
  std::vector<std::string> htaccess;
};

class DirectorySections;

// `index` spares the search through every <Directory>, where many files are asked for.
AppliedSections applied_sections(const Snapshot& snapshot, const RequestedFile& file,
                                 const DirectorySections* index = nullptr);

// Whether a <Directory>, <Files> or <Location> section, or its Match form, takes it.
bool directory_applies(const conf::Directive& section, std::string_view directory);
bool files_apply(const conf::Directive& section, std::string_view name);
bool location_applies(const conf::Directive& section, std::string_view url);

// Whether the section takes a regular expression, and which: "<Files ~ re>" and "<FilesMatch re>"
// alike; empty where it takes a plain name.
std::string_view regex_of(const conf::Directive& section);

}  // namespace stockade::rules
