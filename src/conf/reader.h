// httpd's first pass: reads lines, builds the tree, and runs the read-time directives at once.
// Source: server/config.c (ap_build_config_sub and its kin). Used by evaluate.cc alone.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "conf/bounds.h"
#include "conf/line_source.h"
#include "conf/macro.h"
#include "conf/variables.h"
#include "conf/words.h"

namespace stockade::conf {

constexpr uint64_t kMaxFileBytes = 1ULL << 30;  // of one file
constexpr size_t kMaxMacroName = 256 * 1024;    // bytes of "macro 'x' (defined on ... used on ..."
constexpr uint32_t kBehindAll = UINT32_MAX;     // a line
constexpr size_t kMaxShownName = 200;           // bytes of a name within a message

class Reader {
 public:
  Reader(const FileSystem& files, const Environment& environment, const Bounds& bounds,
         Config& config);

  void read_main();
  // The row of a module that is loaded now and owns that name; null if none does.
  const DirectiveInfo* loaded_row(DirectiveId id);

 private:
  // --- reader.cc: lines and the tree
  // `line`: of the main file, behind which httpd reads them.
  void read_command_line(const std::vector<std::string>& directives, uint32_t line);
  void read_file(const std::string& path, const Directive* include, OriginId origin);
  // Until the source at `floor` ends, or until "</closing>" on the level where this began.
  // The line of the closing tag, or 0.
  uint32_t read_lines(size_t floor, std::string_view closing);
  bool next_line(LogicalLine& line, size_t floor, bool through_macro = false);
  // Of a block that begins in a macro and may end in the file below it: httpd reads on there.
  size_t file_floor() const;
  void handle(LogicalLine& line, const Directive* base);
  void handle_comment(const LogicalLine& line);
  // The line with its variables expanded; false where a bound was hit.
  bool expand_line(LogicalLine& line);
  bool at_nesting_bound() const { return tails_.size() + blocks_ > bounds_.nesting; }
  // The section is not opened: until it closes, lines only count tags.
  void refuse_nesting(const Directive& d);
  void pass_by(std::string_view tag);
  void stop(const LogicalLine& line, std::string message);
  void close_section(const LogicalLine& line, std::string_view tag, const Directive* base);
  void report_unclosed(const Directive* base);
  void unwind(const Directive* base);  // closes every section opened since
  void leave();                        // the innermost one
  Directive* make(const LogicalLine& line, const ScannedWord& name, bool section, size_t args_at);
  void add(Directive* d);
  void run(Directive* d, const DirectiveInfo& row);

  // --- read_time.cc: the directives that act while reading
  using Handler = void (Reader::*)(Directive&);
  static Handler handler_of(std::string_view name, bool section);
  void do_include(Directive& d);
  void do_define(Directive& d);
  void do_undefine(Directive& d);
  void do_load_module(Directive& d);
  void do_server_root(Directive& d);
  void do_runtime_directory(Directive& d);

  // --- conditional.cc
  void do_if_module(Directive& d);
  void do_if_define(Directive& d);
  void do_if_version(Directive& d);
  void do_if_file(Directive& d);
  void do_if_directive(Directive& d);
  void do_if_section(Directive& d);
  // What stands between "<IfX" and '>': the words behind '!', unquoted; false and a problem if
  // none.
  bool read_condition(const Directive& d, std::string& text, bool& negated);
  void branch(Directive& d, bool taken);
  void skip(Directive& d);
  // Soaks lines until the tag closes; false at the end of the source or at a wrong tag.
  bool soak(std::string_view tag, const Directive& opener, LogicalLine& last, int depth);

  // --- use_macro.cc
  void do_macro(Directive& d);
  void do_use(Directive& d);
  void do_undef_macro(Directive& d);
  bool take_macro_lines(Macro& macro);
  bool check_parameters(const Macro& macro, const Directive& d);

  // --- problems
  void note(Problem problem);
  void problem(Problem::Kind kind, const Directive& d, std::string message, std::string code = "");
  void problem_at(const LogicalLine& line, std::string message);

  const FileSystem& files_;
  const Environment& environment_;
  const Bounds bounds_;
  Config& config_;
  Variables variables_;
  std::vector<std::unique_ptr<LineSource>> sources_;
  std::unordered_map<std::string, std::shared_ptr<Macro>> macros_;
  bool any_macro_ = false;
  Directive* open_ = nullptr;               // the section being filled
  std::vector<Directive*> tails_{nullptr};  // last child: of the top, then of each open section
  std::vector<const DirectiveInfo*> rows_;  // by DirectiveId; valid while rows_valid_
  std::vector<uint8_t> rows_valid_;
  uint64_t bytes_ = 0;
  uint64_t expanded_bytes_ = 0;
  uint64_t lines_ = 0;
  uint64_t unknown_ = 0;
  uint64_t uses_ = 0;
  size_t blocks_ = 0;     // conditional blocks being read
  size_t passed_by_ = 0;  // open sections below the bound on nesting
  bool nesting_reported_ = false;
  int include_depth_ = 0;
  // Out of an Include loop: each of its files would enter it again, so the rest of them is not
  // read.
  bool unwinding_ = false;
  bool stopped_ = false;  // a bound was hit: nothing more is read
  std::string text_;      // scratch of expand()
  LineMap map_;
  std::vector<Word> words_;
  std::vector<UndefinedVariable> undefined_;
};

}  // namespace stockade::conf
