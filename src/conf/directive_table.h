// What is known of each directive of httpd 1.3 to 2.4: the table of data/directives/*.toml,
// compiled in. Source: `httpd -L` of each version and
// https://httpd.apache.org/docs/2.4/mod/directives.html.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace stockade::conf {

// How httpd splits and counts the arguments (include/http_config.h: cmd_how).
enum class ArgShape : uint8_t {
  raw,   // RAW_ARGS: the directive's own code reads the text
  none,  // NO_ARGS
  take1,
  take2,
  take3,
  take12,
  take13,
  take23,
  take123,
  iterate,   // one or more, each alike
  iterate2,  // one, then one or more
  flag,      // On or Off
  argv,      // any number, zero too
};

// Where a directive may stand, as a set of bits; documentation's four contexts plus two finer ones.
enum Context : uint8_t {
  kServerConfig = 1,  // the main server
  kVirtualHost = 2,   // inside <VirtualHost>
  kDirectory = 4,     // inside <Directory>, <Files>, <Location>, <If>, <Proxy> ...
  kProxy = 16,        // inside <Proxy>, where kDirectory alone would not allow it
  kHtaccess = 8,      // inside .htaccess, if `override_class` is allowed there
};

// The word of AllowOverride that opens the directive to .htaccess.
enum class OverrideClass : uint8_t { none, auth_config, file_info, indexes, limit, options, any };

// What becomes of an outer value when an inner section sets one too.
enum class MergeKind : uint8_t {
  replace,     // the inner value alone
  append,      // the outer ones, then the inner ones
  prepend,     // the inner ones before the outer ones (Alias, Redirect)
  overlay,     // per key: ErrorDocument per code, AddType per extension
  options,     // + and - change, bare words replace
  unless_any,  // any inner one silences all outer ones (CustomLog of a virtual host)
  authz,       // Require: replaces unless AuthMerging says And or Or
  rewrite,     // replaces unless RewriteOptions Inherit*
  none,        // not a setting (sections, LoadModule, Define)
};

// Sections in which httpd refuses a directive though the context would allow it, as a set of bits.
enum SectionKind : uint8_t {
  kInVirtualHost = 1,
  kInDirectory = 2,
  kInLocation = 4,
  kInFiles = 8,
  kInIf = 16,
  kInLimit = 32,
  kInProxy = 64,
};

// What a numeric argument must lie in.
struct NumberRange {
  bool limited = false;
  int64_t least = 0;
  int64_t most = 0;
  bool lenient = false;  // a word counts as 0, text behind digits is passed over
};

// One directive of one module. Several modules may own one name (each MPM has its StartServers):
// their rows stand side by side.
struct DirectiveInfo {
  std::string_view name;    // "ServerTokens"; sections without the bracket: "VirtualHost"
  std::string_view module;  // "ssl_module" as LoadModule names it; "core_module" for core
  uint8_t contexts = 0;     // bits of Context
  OverrideClass override_class = OverrideClass::none;
  ArgShape shape = ArgShape::raw;
  MergeKind merge = MergeKind::replace;
  bool section = false;          // opens a section: <Name ...>
  bool read_time = false;        // runs while the file is read (EXEC_ON_READ), before pass 2
  uint32_t since = 0;            // first version that knows it, 20400 = 2.4.0; 0 = always
  uint32_t until = 0;            // first version that no longer knows it; 0 = still does
  std::string_view enumeration;  // for take1: the words accepted, '|'-separated; empty = anything
  uint8_t not_in = 0;            // bits of SectionKind
  NumberRange number = {};       // for take1
};

// The index of a name: equal for all rows of one name, stable within one build.
using DirectiveId = uint16_t;
constexpr DirectiveId kUnknownDirective = 0xFFFF;

// Rows of that name (ignoring case), sections given without '<'; empty if nobody knows it.
std::span<const DirectiveInfo> find_directive(std::string_view name, bool section);

DirectiveId directive_id(std::string_view name, bool section);
size_t directive_id_count();
// Any row of that id.
const DirectiveInfo& directive_info(DirectiveId id);

// Every row, sorted by name; for listings and tests.
std::span<const DirectiveInfo> all_directives();

// A module that ships with httpd: "ssl_module" and "mod_ssl.c".
struct ModuleInfo {
  std::string_view identifier;
  std::string_view source_file;
};
std::span<const ModuleInfo> all_modules();
// By identifier or source file; nullptr if it is not one of httpd's own.
const ModuleInfo* find_module(std::string_view name);

}  // namespace stockade::conf
