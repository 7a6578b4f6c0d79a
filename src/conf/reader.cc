#include "conf/reader.h"

#include <utility>

#include "base/blind.h"
#include "conf/include.h"
#include "conf/versions.h"

namespace stockade::conf {

namespace {

std::string shown(std::string_view name) {
  if (name.size() <= kMaxShownName) return std::string(name);
  return std::string(name.substr(0, kMaxShownName)) + "...";
}

}  // namespace

Reader::Reader(const FileSystem& files, const Environment& environment, const Bounds& bounds,
               Config& config)
    : files_(files),
      environment_(environment),
      bounds_(bounds),
      config_(config),
      variables_(environment),
      rows_(directive_id_count()),
      rows_valid_(directive_id_count()) {
  config_.server_root = environment.server_root;
  config_.origins.emplace_back();
  for (const std::string& module : environment.built_in_modules) {
    config_.modules.push_back({config_.arena.copy(module), "", nullptr});
  }
}

void Reader::read_main() {
  // -C and -c come as one-line files of their own, as httpd treats them.
  read_file(environment_.config_file, nullptr, 0);
  read_command_line(environment_.after, kBehindAll);
  config_.defines = variables_.values();
}

void Reader::read_command_line(const std::vector<std::string>& directives, uint32_t line) {
  if (directives.empty()) return;
  auto source = std::make_unique<SourceFile>();
  source->path = "-c/-C directives";
  source->bytes = join(directives, "\n");
  const auto id = static_cast<FileId>(config_.files.size());
  const auto origin = static_cast<OriginId>(config_.origins.size());
  config_.origins.push_back({Origin::Kind::command_line, 0, id, line, source->path});
  config_.files.push_back(std::move(source));
  sources_.push_back(std::make_unique<FileLines>(*config_.files[id], id, origin));
  read_lines(sources_.size(), "");
  sources_.pop_back();
}

void Reader::read_file(const std::string& path, const Directive* include, OriginId origin) {
  auto bytes =
      path == "/dev/null" ? Result<std::string>(std::string()) : files_.read(path, kMaxFileBytes);
  const auto id = static_cast<FileId>(config_.files.size());
  config_.files.push_back(std::make_unique<SourceFile>());
  SourceFile& file = *config_.files.back();
  file.path = path;
  if (!bytes) {
    std::string message = "Could not open configuration file " + path + ": " + bytes.error().cause;
    const auto kind =
        is_blind(bytes.error().code) ? Problem::Kind::uncertain : Problem::Kind::error;
    if (include != nullptr) return problem(kind, *include, std::move(message));
    note({kind, 1, id, 0, 0, 0, 0, path, message, ""});
    return;
  }
  bytes_ += bytes->size();
  if (bytes_ > bounds_.bytes || config_.files.size() > bounds_.files) {
    stopped_ = true;
    const std::string bound = bytes_ > bounds_.bytes ? std::to_string(bounds_.bytes) + " bytes"
                                                     : std::to_string(bounds_.files) + " files";
    note({Problem::Kind::uncertain, 1, id, 0, 0, origin, 0, path,
          "the configuration has more than " + bound +
              ", files that include each other? The rest was not read",
          ""});
    return;
  }
  file.bytes = std::move(*bytes);
  if (include == nullptr) read_command_line(environment_.before, 0);
  const size_t below = sources_.size();
  sources_.push_back(std::make_unique<FileLines>(file, id, origin));
  read_lines(sources_.size(), "");
  sources_.resize(below);  // a macro may still lie over it where the reading was broken off
}

bool Reader::next_line(LogicalLine& line, size_t floor, bool through_macro) {
  Carry carry{through_macro, ""};
  while (!stopped_ && !unwinding_) {
    if (sources_.back()->next(line, carry)) {
      if (++lines_ <= bounds_.lines) return true;
      stop(line, "too many lines: macros that use each other? The rest was not read");
      return false;
    }
    if (sources_.size() <= floor) return false;
    sources_.pop_back();  // a macro that Use had laid over this source
  }
  return false;
}

size_t Reader::file_floor() const {
  size_t floor = sources_.size();
  while (floor > 1 && dynamic_cast<const MacroLines*>(sources_[floor - 1].get()) != nullptr) {
    --floor;
  }
  return floor;
}

uint32_t Reader::read_lines(size_t floor, std::string_view closing) {
  const Directive* base = open_;
  LogicalLine line;
  while (next_line(line, floor)) {
    if (line.too_long) {
      problem_at(line, "Line too long: httpd reads 16 MiB at most");
      continue;
    }
    const std::string_view text = line.text;
    const bool closes = !closing.empty() && passed_by_ == 0 && text.size() == closing.size() + 3 &&
                        text.starts_with("</") && text.back() == '>' &&
                        equals_ignoring_case(text.substr(2, closing.size()), closing);
    if (closes && open_ == base) return line.line;
    handle(line, base);
    if (closes) {  // over a section still open: refused just now, but clear enough to go on from
      unwind(base);
      return line.line;
    }
  }
  // A conditional block that ends with its file leaves what it opened closed, and httpd is content.
  if (closing.empty() && open_ != base && !unwinding_) report_unclosed(base);
  unwind(base);
  return 0;
}

void Reader::unwind(const Directive* base) {
  passed_by_ = 0;
  while (open_ != base) leave();
}

void Reader::leave() {
  open_ = const_cast<Directive*>(open_->parent);  // NOLINT: the reader owns the tree
  tails_.pop_back();
}

void Reader::handle_comment(const LogicalLine& line) {
  const std::string_view text = trim(line.text.substr(1));
  constexpr std::string_view kMark = "stockade:";
  if (!text.starts_with(kMark)) return;
  config_.remarks.push_back(
      {line.file, line.line, config_.arena.copy(trim(text.substr(kMark.size())))});
}

bool Reader::expand_line(LogicalLine& line) {
  undefined_.clear();
  if (!expand(line, variables_, text_, map_, undefined_, config_.arena)) {
    stop(line, "variables make this line longer than 16 MiB: nothing more was read");
    return false;
  }
  for (UndefinedVariable& variable : undefined_) {
    variable.line = line.line;
    config_.undefined_variables.push_back(variable);
  }
  if (line.map == nullptr) return true;
  // The text of a plain line lives in its file; any other is kept here.
  expanded_bytes_ += line.text.size();
  if (expanded_bytes_ > bounds_.expanded_bytes) {
    stop(line, "variables and macros make too much text: nothing more was read");
    return false;
  }
  line.text = config_.arena.copy(line.text);
  return true;
}

void Reader::refuse_nesting(const Directive& d) {
  passed_by_ = 1;
  if (std::exchange(nesting_reported_, true)) return;
  problem(Problem::Kind::uncertain, d,
          "sections nest more than " + std::to_string(bounds_.nesting) +
              " deep: what is within this one was not read");
}

void Reader::pass_by(std::string_view tag) {
  if (tag.starts_with("</")) {
    --passed_by_;
  } else if (tag.starts_with('<')) {
    ++passed_by_;
  }
}

void Reader::handle(LogicalLine& line, const Directive* base) {
  if (line.text.empty()) return;
  if (line.text.front() == '#') return handle_comment(line);
  if (!expand_line(line)) return;
  WordScanner scanner(line.text, config_.arena);
  ScannedWord name;
  if (!scanner.next(name) || name.text.empty()) return;
  if (passed_by_ > 0) return pass_by(name.text);
  if (name.text.size() > 1 && name.text[1] == '/') {
    if (name.text[0] == '<') return close_section(line, name.text, base);
  } else if (name.text.back() == '>') {
    name.text.remove_suffix(1);
  }
  const bool section = name.text.starts_with('<');
  if (section) name.text.remove_prefix(1);
  const size_t args_at = scanner.position();
  Directive* d = make(line, name, section, args_at);
  const DirectiveInfo* row = d->id == kUnknownDirective ? nullptr : loaded_row(d->id);
  if (row != nullptr && row->read_time) return run(d, *row);
  add(d);
  if (d->id == kUnknownDirective && ++unknown_ > bounds_.unknown) {
    stop(line, "more than " + std::to_string(bounds_.unknown) +
                   " unknown directives, is this a configuration? The rest was not read");
  }
}

Directive* Reader::make(const LogicalLine& line, const ScannedWord& name, bool section,
                        size_t args_at) {
  Directive* d = config_.arena.make<Directive>();
  d->name = name.text;
  // httpd cuts the '>' off "<Name>" and puts it back as the arguments; also where there was none.
  d->args = section && args_at == line.text.size() ? ">" : line.text.substr(args_at);
  d->id = directive_id(name.text, section);
  d->section = section;
  d->origin = sources_.back()->origin;
  d->file = line.file;
  d->offset = line.source_begin(0);
  d->length = line.end_offset > d->offset ? line.end_offset - d->offset : 0;
  d->line = line.line;
  d->last_line = line.last_line;
  d->counted = line.counted;
  d->parent = open_;
  const size_t end = section ? line.text.rfind('>') : std::string_view::npos;
  words_.clear();
  WordScanner scanner(line.text.substr(0, end), config_.arena, args_at);
  for (ScannedWord word; scanner.next(word);) {
    const uint32_t begin = line.source_begin(word.begin);
    words_.push_back({word.text, begin, line.source_end(word.end) - begin});
  }
  d->words = config_.arena.copy(std::span<const Word>(words_));
  return d;
}

void Reader::add(Directive* d) {
  config_.index_directive(d);
  Directive*& tail = tails_.back();
  if (tail != nullptr) {
    tail->next = d;
  } else if (open_ != nullptr) {
    open_->first_child = d;
  } else {
    config_.root = d;
  }
  tail = d;
  if (d->section) {
    if (at_nesting_bound()) return refuse_nesting(*d);
    open_ = d;
    tails_.push_back(nullptr);
  }
}

void Reader::close_section(const LogicalLine& line, std::string_view tag, const Directive* base) {
  const std::string_view name = tag.substr(2);
  if (open_ == base) {
    return problem_at(line, "</" + shown(name) + " without matching <" + shown(name) + " section");
  }
  if (tag.back() != '>') {
    problem_at(line, shown(tag) + "> directive missing closing '>'");
  } else if (!equals_ignoring_case(name.substr(0, name.size() - 1), open_->name)) {
    problem_at(line, "Expected </" + shown(open_->name) + "> but saw " + shown(tag));
    // To understand the rest: the tag closes the nearest section of its name, if one is open.
    const Directive* target = open_;
    const std::string_view wanted = name.substr(0, name.size() - 1);
    while (target != base && !target->is(wanted)) target = target->parent;
    if (target == base) return;
    while (open_ != target) {
      open_->end_line = line.line;
      leave();
    }
  }
  open_->end_line = line.line;
  leave();
}

void Reader::report_unclosed(const Directive* base) {
  std::string message;
  const Directive* outermost = open_;
  for (const Directive* d = open_; d != base; d = d->parent) {
    if (!message.empty()) message += "; ";
    message += config_.file(d->file).path + ":" + std::to_string(d->counted) + ": <" +
               shown(d->name) + "> was not closed.";
    outermost = d;
  }
  problem(Problem::Kind::error, *outermost, std::move(message));
}

const DirectiveInfo* Reader::loaded_row(DirectiveId id) {
  if (rows_valid_[id] == 0) {
    rows_valid_[id] = 1;
    rows_[id] = nullptr;
    const DirectiveInfo& any = directive_info(id);
    for (const DirectiveInfo& row : find_directive(any.name, any.section)) {
      const bool exists = exists_in(row, environment_.version);
      if (rows_[id] == nullptr && exists && config_.has_module(row.module)) rows_[id] = &row;
    }
  }
  return rows_[id];
}

void Reader::problem(Problem::Kind kind, const Directive& d, std::string message,
                     std::string code) {
  if (stopped_ && kind == Problem::Kind::error) return;  // what is missing is only unread
  const Origin& origin = config_.origins[d.origin];
  const bool macro = origin.kind == Origin::Kind::macro;
  note({kind, 1, d.file, d.line, d.offset, d.origin, d.counted,
        macro ? std::string(origin.name) : config_.file(d.file).path, std::move(message),
        std::move(code)});
}

void Reader::note(Problem problem) {
  config_.problems.push_back(std::move(problem));
  if (stopped_ || config_.problems.size() < bounds_.problems) return;
  stopped_ = true;
  Problem& last = config_.problems.emplace_back(config_.problems.back());
  last.kind = Problem::Kind::uncertain;
  last.message = "more than " + std::to_string(bounds_.problems) +
                 " errors, is this a configuration? The rest was not read";
}

void Reader::stop(const LogicalLine& line, std::string message) {
  stopped_ = true;
  note({Problem::Kind::uncertain, 1, line.file, line.line, line.offset, sources_.back()->origin,
        line.counted, std::string(sources_.back()->name), std::move(message), ""});
}

void Reader::problem_at(const LogicalLine& line, std::string message) {
  note({Problem::Kind::error, 1, line.file, line.line, line.offset, sources_.back()->origin,
        line.counted, std::string(sources_.back()->name), std::move(message), ""});
}

}  // namespace stockade::conf
