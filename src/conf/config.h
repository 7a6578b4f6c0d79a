// An httpd configuration after reading: the tree that httpd itself would walk in its second pass,
// with the way each line came there, and everything that was read but has no effect.
//
// A Config owns its text: every string_view below points into it and lives as long as it does.
// Source: https://httpd.apache.org/docs/2.4/configuring.html, sections.html; server/config.c.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "base/text.h"
#include "conf/directive_table.h"

namespace stockade::conf {

using FileId = uint32_t;
using OriginId = uint32_t;

// One file that was read, byte for byte.
struct SourceFile {
  std::string path;  // absolute, as httpd names it
  std::string bytes;
  std::vector<uint32_t> line_starts;  // offset of each line; line n is line_starts[n - 1]

  uint32_t line_of(uint32_t offset) const;       // 1-based
  uint32_t column_of(uint32_t offset) const;     // 1-based, in bytes
  std::string_view line(uint32_t number) const;  // without its line end; empty if there is none
};

// A range of bytes in a source file.
struct Range {
  FileId file = 0;
  uint32_t offset = 0;
  uint32_t length = 0;
};

// One argument. `text` is what httpd sees: unquoted, variables expanded. `range` is where it stands
// in the source, quotes included; an argument that a variable produced has the variable's range.
struct Word {
  std::string_view text;
  uint32_t offset = 0;
  uint32_t length = 0;
};

// Why a line is part of the configuration: each Include and Use on the way to it, innermost first.
struct Origin {
  enum class Kind : uint8_t { main, include, macro, command_line };
  Kind kind = Kind::main;
  OriginId outer = 0;  // the origin of the line that included it; 0 = the main file itself
  FileId file = 0;     // where that Include or Use stands
  uint32_t line = 0;
  std::string_view name;  // the included path, or of a macro what httpd prints in place of a file
};

struct Directive {
  std::string_view name;                // as written, without '<'
  std::string_view args;                // the rest of the joined, expanded line, as httpd stores it
  std::span<const Word> words;          // of a section: up to the last '>'
  const DirectiveInfo* info = nullptr;  // null: nobody knows this name
  DirectiveId id = kUnknownDirective;
  bool section = false;
  OriginId origin = 0;
  FileId file = 0;
  uint32_t offset = 0;     // of the first byte of the name (or '<')
  uint32_t length = 0;     // to the end of the joined line, without the line end
  uint32_t line = 0;       // of `offset`
  uint32_t last_line = 0;  // of the last joined line
  uint32_t counted =
      0;  // what httpd prints in errors: the last of a joined line, or within a macro
  uint32_t end_line = 0;  // of a section: where its closing tag stands
  const Directive* parent = nullptr;
  const Directive* first_child = nullptr;
  const Directive* next = nullptr;

  bool is(std::string_view other) const { return equals_ignoring_case(name, other); }
  // The text of argument `index`, or "" where there are fewer.
  std::string_view arg(size_t index) const {
    return index < words.size() ? words[index].text : std::string_view();
  }
  bool has_arg(std::string_view text) const;  // ignoring case
  // The nearest enclosing section of that name, or null.
  const Directive* enclosing(std::string_view section_name) const;
};

// The children of a section (or the top level), for range-for.
class Children {
 public:
  class Iterator {
   public:
    Iterator(const Directive* at, const Directive* const* chosen) : at_(at), chosen_(chosen) {}
    const Directive& operator*() const { return *at_; }
    Iterator& operator++() {
      at_ = chosen_ == nullptr ? at_->next : *++chosen_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const Directive* at_;
    const Directive* const* chosen_;
  };
  Children() = default;
  explicit Children(const Directive* first) : first_(first) {}
  // Some of them alone: as many as stand before a null.
  explicit Children(const Directive* const* chosen) : first_(*chosen), chosen_(chosen) {}
  Iterator begin() const { return {first_, chosen_}; }
  Iterator end() const { return {nullptr, nullptr}; }
  bool empty() const { return first_ == nullptr; }

 private:
  const Directive* first_ = nullptr;
  const Directive* const* chosen_ = nullptr;
};
inline Children children_of(const Directive& section) { return Children(section.first_child); }

// What httpd says of the configuration, or would say. The first error is httpd's own verdict; the
// rest is what it would meet after that one is mended.
struct Problem {
  enum class Kind : uint8_t { error, warning, uncertain };  // uncertain: httpd might refuse this
  Kind kind = Kind::error;
  uint8_t pass = 1;  // httpd's reading pass that meets it
  FileId file = 0;
  uint32_t line = 0;    // in the file
  uint32_t offset = 0;  // in the file, of the first byte concerned
  OriginId origin = 0;
  uint32_t counted = 0;  // the line that httpd prints: the last of a joined one, or within a macro
  std::string where;     // what httpd prints as the file: a path, or "macro 'x' (defined on ..."
  std::string message;   // without the place
  std::string code;      // "AH00111", or empty
};

// Text that was read and has no effect (a false <IfModule>), or fewer files than one might think.
struct SkippedBlock {
  FileId file = 0;
  uint32_t line = 0;  // of the opening tag
  uint32_t offset = 0;
  uint32_t end_line = 0;  // of the closing tag
  OriginId origin = 0;
  std::string_view section;    // "IfModule"
  std::string_view condition;  // "mod_headers.c", with its '!'
  std::string_view inside;     // the raw text between the tags
};
// A conditional section whose condition held; its children stand in the tree in its place.
struct TakenBlock {
  FileId file = 0;
  uint32_t line = 0;
  uint32_t end_line = 0;
  OriginId origin = 0;
  std::string_view section;
  std::string_view condition;
};

// An Include or IncludeOptional and what it found.
struct IncludeRecord {
  FileId file = 0;  // where it stands
  uint32_t line = 0;
  uint32_t offset = 0;
  uint32_t length = 0;
  OriginId origin = 0;
  bool optional = false;
  std::string_view pattern;   // as resolved against ServerRoot
  std::vector<FileId> found;  // in the order read
  uint32_t counted = 0;       // the line that httpd prints, as in Directive
};

// LoadModule, LoadFile, Define, UnDefine, Macro, Use, ServerRoot: acted on while reading, no part
// of the second pass's tree. Kept as Directives so that rules can point at them.
struct LoadedModule {
  std::string_view identifier;           // "ssl_module"
  std::string_view path;                 // as written; empty if built in
  const Directive* directive = nullptr;  // null if built in
};
struct Definition {
  std::string value;
  const Directive* directive = nullptr;  // null: from -D or built in
};

// A variable that was used and not defined: httpd keeps the text "${NAME}" and warns AH00111.
struct UndefinedVariable {
  std::string_view name;
  FileId file = 0;
  uint32_t line = 0;
  uint32_t offset = 0;
  uint32_t length = 0;
};

// A "# stockade: ..." comment, verbatim after the colon.
struct Remark {
  FileId file = 0;
  uint32_t line = 0;
  std::string_view text;
};

class Config {
 public:
  Config();
  Config(Config&&) noexcept;
  Config& operator=(Config&&) noexcept;
  ~Config();

  // --- the tree -------------------------------------------------------------------------------
  const Directive* root = nullptr;  // first top-level directive
  Children top() const { return Children(root); }
  // The main server's own lines: of 10,000 virtual hosts nothing is walked over.
  Children outside_hosts() const {
    return outside_hosts_.empty() ? top() : Children(outside_hosts_.data());
  }
  void find_outside_hosts();  // once the tree is complete

  // Every directive of that name in the whole tree, in the order httpd reads; read-time ones too
  // (they are in no tree). `name` is without '<'; sections and plain directives of one name differ.
  std::span<const Directive* const> all(std::string_view name) const;
  std::span<const Directive* const> all_sections(std::string_view name) const;
  // Every directive whose name no table knows.
  std::span<const Directive* const> unknown() const { return unknown_; }

  // --- how it was read ------------------------------------------------------------------------
  std::vector<std::unique_ptr<SourceFile>> files;  // by FileId; 0 is the main file
  std::vector<Origin> origins;                     // by OriginId; 0 is "in the main file itself"
  std::vector<Problem> problems;
  std::vector<SkippedBlock> skipped;
  std::vector<TakenBlock> taken;
  std::vector<IncludeRecord> includes;
  std::vector<LoadedModule> modules;
  std::vector<UndefinedVariable> undefined_variables;
  std::vector<Remark> remarks;
  std::unordered_map<std::string, Definition, IgnoringCaseHash, IgnoringCaseEqual> defines;
  std::string server_root;

  const SourceFile& file(FileId id) const { return *files[id]; }
  const SourceFile& file_of(const Directive& d) const { return *files[d.file]; }

  // By identifier ("ssl_module") or source file ("mod_ssl.c").
  bool has_module(std::string_view name) const;

  // httpd's verdict: the problem it would stop at, or null where it would start.
  const Problem* verdict() const;

  // Places the reader builds from; not for rules.
  Arena arena;
  void index_directive(const Directive* d);

 private:
  std::vector<std::vector<const Directive*>> by_id_;  // by DirectiveId
  std::vector<const Directive*> outside_hosts_;       // ends with a null
  std::vector<const Directive*> unknown_;
};

}  // namespace stockade::conf
