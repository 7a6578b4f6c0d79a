// The machine that an example stands on, as its "#:" lines tell it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/snapshot.h"

namespace stockade::rules {

// A file, directory or link of the example's machine.
struct ExampleFile {
  FileType type = FileType::regular;
  uint32_t mode = 0644;
  std::string owner = "root";
  std::string group = "root";
  std::string content;  // of a file
  bool has_content = false;
  std::string target;  // of a link
};

// The machine. Unless the example says otherwise, everything about it is known.
struct ExampleMachine {
  std::map<std::string, ExampleFile> files;  // by path; without the main configuration file
  std::vector<host::Account> accounts;       // root and www-data, and those named
  std::vector<host::Group> groups;
  std::vector<host::ListeningSocket> sockets;
  std::vector<host::Process> processes;
  std::vector<host::PhpSettings> php;
  std::vector<host::Certificate> certificates;   // their files are among `files`
  std::vector<std::string> with;                 // modules of others that are loaded too
  std::vector<std::string> without;              // modules of httpd that are not loaded
  std::vector<std::string> defines;              // -D
  std::map<std::string, std::string> variables;  // of httpd's environment
  std::string mpm = "event";
  uint32_t version = 20471;
  std::string package;
  std::map<std::string, std::string> package_states;  // by path: "ok", "modified"
  std::set<std::string, std::less<>> unknown;         // "files", "accounts" ...: not collected

  const host::Certificate* certificate(std::string_view file) const;  // or null
};

// httpd of Debian 12 with its own modules, the accounts root and www-data, and no files.
ExampleMachine default_machine();

// Adds one fact ("user deploy 1000 shell=/bin/bash"); what is wrong with it, or nothing.
std::optional<std::string> add_fact(ExampleMachine& machine, std::string_view fact);

// Adds a file, directory or link ("file /srv/x 0600 www-data = text"). A file that was there
// before keeps what the fact does not say.
std::optional<std::string> add_file(ExampleMachine& machine, std::string_view fact);

// The modules of httpd 2.4 that an example's machine has loaded: identifiers.
std::vector<std::string> example_modules(const ExampleMachine& machine);

}  // namespace stockade::rules
