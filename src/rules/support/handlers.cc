#include "rules/support/handlers.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "rules/support/directory_sections.h"

namespace stockade::rules {

namespace {

using conf::Children;
using conf::Directive;

// What the directives say so far, in the order they are merged.
struct Bindings {
  const Directive* set = nullptr;    // SetHandler
  const Directive* added = nullptr;  // AddHandler or AddType for one of the file's extensions
  bool engine_off = false;           // mod_php
};

bool is_extension_of(std::string_view word, std::string_view name) {
  if (word.starts_with('.')) word.remove_prefix(1);
  const auto parts = split(name, '.');
  for (size_t i = 1; i < parts.size(); ++i) {
    if (equals_ignoring_case(parts[i], word)) return true;
  }
  return false;
}

bool names_extension(const Directive& d, std::string_view name, size_t from) {
  for (size_t i = from; i < d.words.size(); ++i) {
    if (is_extension_of(d.arg(i), name)) return true;
  }
  return false;
}

void add(const Directive& d, std::string_view name, Bindings& bindings) {
  if (d.is("SetHandler")) bindings.set = &d;
  const bool type_runs = d.is("AddType") && contains_ignoring_case(d.arg(0), "x-httpd-");
  if ((d.is("AddHandler") || type_runs) && names_extension(d, name, 1)) bindings.added = &d;
  const bool removes = d.is("RemoveHandler") || d.is("RemoveType");
  if (removes && names_extension(d, name, 0)) bindings.added = nullptr;
  const bool engine = starts_with_ignoring_case(d.name, "php_") && d.arg(0) == "engine";
  if (engine) bindings.engine_off = equals_ignoring_case(d.arg(1), "off") || d.arg(1) == "0";
}

void add(Children directives, std::string_view name, Bindings& bindings) {
  for (const Directive& d : directives) add(d, name, bindings);
}

bool mentions_handlers(std::string_view htaccess) {
  for (std::string_view word : {"Handler", "AddType", "ForceType", "php_", "ExecCGI"}) {
    if (contains_ignoring_case(htaccess, word)) return true;
  }
  return false;
}

std::optional<FileHandler> unsettled_handler(const Snapshot& snapshot,
                                             const AppliedSections& applied) {
  for (const Directive* section : applied.undecided) {
    Bindings bindings;
    add(children_of(*section), "", bindings);
    if (bindings.set == nullptr) continue;
    return FileHandler{FileHandler::Kind::uncertain, "", section,
                       "an <If> decides it, request by request"};
  }
  for (const std::string& path : applied.htaccess) {
    const auto content = snapshot.contents.find(path);
    if (content != snapshot.contents.end() && !mentions_handlers(content->second)) continue;
    return FileHandler{FileHandler::Kind::uncertain, "", nullptr,
                       fmt::format("{} may change it", path)};
  }
  return std::nullopt;
}

}  // namespace

bool is_executing_handler(std::string_view name) {
  for (std::string_view known : {"php", "cgi-script", "fcgid-script", "fastcgi", "perl-script",
                                 "wsgi-script", "python", "lua-script"}) {
    if (contains_ignoring_case(name, known)) return true;
  }
  return starts_with_ignoring_case(name, "proxy:");
}

FileHandler handler_of(const Snapshot& snapshot, const RequestedFile& file,
                       const DirectorySections* index) {
  const AppliedSections applied = applied_sections(snapshot, file, index);
  const std::string_view name = file_name(file.path);
  Bindings bindings;
  add(snapshot.config.top(), name, bindings);
  if (!file.server->is_main()) add(children_of(*file.server->section), name, bindings);
  for (const Directive* section : applied.sections) add(children_of(*section), name, bindings);
  if (auto uncertain = unsettled_handler(snapshot, applied)) return *uncertain;

  const bool reset = bindings.set != nullptr && equals_ignoring_case(bindings.set->arg(0), "None");
  const Directive* by = bindings.set != nullptr && !reset ? bindings.set : bindings.added;
  if (by == nullptr) return {};
  const std::string handler(by->arg(0));
  const bool php = contains_ignoring_case(handler, "x-httpd-php");
  if (php && bindings.engine_off) return {FileHandler::Kind::none, handler, by, ""};
  using Kind = FileHandler::Kind;
  return {is_executing_handler(handler) ? Kind::executes : Kind::other, handler, by, ""};
}

}  // namespace stockade::rules
