// <IfModule>, <IfDefine>, <IfVersion>, <IfFile>, <IfDirective>, <IfSection>.
#include "base/blind.h"
#include "conf/conditions.h"
#include "conf/reader.h"

namespace stockade::conf {

namespace {
constexpr int kMaxSoakDepth = 1000;
}

bool Reader::read_condition(const Directive& d, std::string& text, bool& negated) {
  const size_t end = d.args.rfind('>');
  const std::string name(d.name);
  // "<IfModule>": httpd takes the '>' off the name and then misses both.
  const bool bare = d.args.empty();
  if (end == std::string_view::npos && !bare) {
    problem(Problem::Kind::error, d, "<" + name + "> directive missing closing '>'");
    return false;
  }
  std::string_view rest = bare ? std::string_view() : d.args.substr(0, end);
  negated = rest.starts_with('!');
  if (negated) rest.remove_prefix(1);
  WordScanner scanner(rest, config_.arena);
  ScannedWord word;
  if (!scanner.next(word) || word.text.empty()) {
    problem(Problem::Kind::error, d, "<" + name + "> directive requires additional arguments");
    return false;
  }
  text = word.text;
  return true;
}

void Reader::do_if_module(Directive& d) {
  std::string name;
  bool negated = false;
  if (!read_condition(d, name, negated)) return;
  branch(d, config_.has_module(name) != negated);
}

void Reader::do_if_define(Directive& d) {
  std::string name;
  bool negated = false;
  if (!read_condition(d, name, negated)) return;
  branch(d, variables_.is_defined(name) != negated);
}

void Reader::do_if_file(Directive& d) {
  std::string name;
  bool negated = false;
  if (!read_condition(d, name, negated)) return;
  const std::string path = absolute_path(config_.server_root, name);
  const auto status = files_.status(path);
  if (!status && is_blind(status.error().code)) {
    problem(Problem::Kind::uncertain, d,
            "whether " + path + " exists is not known: " + status.error().cause +
                "; read as if it did not");
  }
  branch(d, status.has_value() != negated);
}

void Reader::do_if_directive(Directive& d) {
  std::string name;
  bool negated = false;
  if (!read_condition(d, name, negated)) return;
  const DirectiveId id = directive_id(name, false);
  branch(d, (id != kUnknownDirective && loaded_row(id) != nullptr) != negated);
}

void Reader::do_if_section(Directive& d) {
  std::string name;
  bool negated = false;
  if (!read_condition(d, name, negated)) return;
  const DirectiveId id = directive_id(name, true);
  branch(d, (id != kUnknownDirective && loaded_row(id) != nullptr) != negated);
}

void Reader::do_if_version(Directive& d) {
  const Condition condition = judge_version(d.args, environment_.version);
  if (!condition.error.empty()) return problem(Problem::Kind::error, d, condition.error);
  branch(d, condition.holds);
}

void Reader::branch(Directive& d, bool taken) {
  if (!taken) return skip(d);
  if (at_nesting_bound()) return refuse_nesting(d);
  const std::string_view condition = d.args.substr(0, d.args.rfind('>'));
  const size_t block = config_.taken.size();
  config_.taken.push_back({d.file, d.line, 0, d.origin, d.name, condition});
  ++blocks_;
  d.end_line = read_lines(file_floor(), d.info->name);
  --blocks_;
  config_.taken[block].end_line = d.end_line;
}

void Reader::skip(Directive& d) {
  LogicalLine last;
  last.file = d.file;
  const bool closed = soak(d.info->name, d, last, 0);
  const SourceFile& file = config_.file(d.file);
  const uint32_t begin =
      std::min<uint32_t>(d.offset + d.length + 1, static_cast<uint32_t>(file.bytes.size()));
  SkippedBlock block{
      d.file, d.line, d.offset, 0, d.origin, d.name, d.args.substr(0, d.args.rfind('>')), {}};
  uint32_t end = static_cast<uint32_t>(file.bytes.size());
  if (closed && last.file == d.file) {
    d.end_line = block.end_line = last.line;
    end = std::max(begin, last.offset);
  }
  block.inside = std::string_view(file.bytes).substr(begin, end - begin);
  config_.skipped.push_back(block);
}

bool Reader::soak(std::string_view tag, const Directive& opener, LogicalLine& line, int depth) {
  // httpd recurses without a bound here; a thousand levels are no configuration.
  if (depth > kMaxSoakDepth) {
    problem(Problem::Kind::uncertain, opener, "sections nest more than 1000 deep");
    return false;
  }
  const size_t floor = file_floor();
  while (next_line(line, floor)) {
    if (line.text.empty()) continue;
    if (line.text.front() == '#') continue;
    undefined_.clear();
    if (!expand(line, variables_, text_, map_, undefined_, config_.arena)) {
      stop(line, "variables make this line longer than 16 MiB: nothing more was read");
      return false;
    }
    WordScanner scanner(line.text, config_.arena);
    ScannedWord word;
    if (!scanner.next(word) || !word.text.starts_with('<')) continue;
    if (word.text.starts_with("</")) {
      // Whatever the last character is, httpd cuts it off before it compares.
      const std::string_view name = word.text.substr(2, word.text.size() - 3);
      if (equals_ignoring_case(name, tag)) return true;
      problem(Problem::Kind::error, opener,
              "Expected </" + std::string(tag) + "> but saw </" + std::string(name) + ">");
      return false;
    }
    std::string_view name = word.text.substr(1);
    if (scanner.position() >= line.text.size() && name.ends_with('>')) name.remove_suffix(1);
    if (!soak(std::string(name), opener, line, depth + 1)) return false;
  }
  problem(Problem::Kind::error, opener,
          "Expected </" + std::string(tag) + "> before end of configuration");
  return false;
}

}  // namespace stockade::conf
