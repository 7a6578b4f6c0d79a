#include "conf/effective/response_headers.h"

#include "base/text.h"
#include "conf/checks/expressions.h"
#include "conf/checks/words_in.h"

namespace stockade::conf {

namespace {

// Headers that others than mod_headers set too: what is there before is not known.
constexpr std::string_view kOthers =
    "Content-Type|Content-Length|Content-Encoding|Content-Language|Content-Location|Date|Server|"
    "ETag|Last-Modified|Accept-Ranges|Vary|Location|Allow|WWW-Authenticate|Cache-Control|Expires|"
    "Set-Cookie|Connection|Keep-Alive|Upgrade|Via|Transfer-Encoding|Age";

// The text of a value; nothing where it holds what is not known of the request.
std::optional<std::string> value_of(std::string_view value, const RequestFacts& facts) {
  if (starts_with_ignoring_case(value, "expr=")) return std::nullopt;
  std::string out;
  for (size_t at = 0; at < value.size(); ++at) {
    if (value[at] == '%') {
      const size_t end = value.find('}', at);
      const bool variable = value.substr(at + 1).starts_with('{') &&
                            end != std::string_view::npos && value.substr(end + 1).starts_with('e');
      if (variable) {
        const std::string_view name = value.substr(at + 2, end - at - 2);
        const expr::Truth set = facts.is_set(name);
        if (set == expr::Truth::unknown) return std::nullopt;
        out += set == expr::Truth::yes ? facts.environment(name).text : "(null)";
        at = end + 1;
        continue;
      }
      if (at + 1 >= value.size() || value[at + 1] != '%') return std::nullopt;
      ++at;
    }
    if (value[at] == '\\') return std::nullopt;
    out += value[at];
  }
  return out;
}

class Table {
 public:
  Table(const Layers& layers, const RequestFacts& facts, ResponseHeaders& out, bool always)
      : layers_(layers), facts_(facts), out_(out), always_(always) {}

  void run() {
    for (const Found& found : all_in(layers_, "Header")) {
      const bool named = is_one_of(found.directive->arg(0), "always|onsuccess");
      const bool is_always = named && equals_ignoring_case(found.directive->arg(0), "always");
      if (is_always == always_) apply(found, named ? 1 : 0);
    }
    for (HeaderLine& line : lines_) out_.lines.push_back(std::move(line));
  }

 private:
  void wonder(const Found& found, std::string_view name, const std::string& cause) {
    out_.doubts.push_back({"header " + std::string(name), cause, said(found).place});
    erase(name);
  }
  void erase(std::string_view name) {
    std::erase_if(lines_, [&](const HeaderLine& l) { return equals_ignoring_case(l.name, name); });
  }
  HeaderLine* find(std::string_view name) {
    for (HeaderLine& line : lines_) {
      if (equals_ignoring_case(line.name, name)) return &line;
    }
    return nullptr;
  }

  // Whether the condition holds; unknown is told and counts as no.
  bool holds(const Found& found, std::string_view name, std::string_view condition) {
    if (condition.empty()) return true;
    if (starts_with_ignoring_case(condition, "env=")) {
      const bool negated = condition.substr(4).starts_with('!');
      const expr::Truth set = facts_.is_set(condition.substr(negated ? 5 : 4));
      if (set != expr::Truth::unknown) return (set == expr::Truth::yes) != negated;
    } else if (starts_with_ignoring_case(condition, "expr=")) {
      const expr::Parsed parsed =
          expr::parse(condition.substr(5), parse_options(*found.layer->config));
      const expr::Answer answer = expr::evaluate(parsed.root, facts_);
      if (parsed.error.empty() && answer.truth != expr::Truth::unknown) {
        return answer.truth == expr::Truth::yes;
      }
    }
    wonder(found, name, "its condition is not evaluated");
    return false;
  }

  void apply(const Found& found, size_t at) {
    const Directive& d = *found.directive;
    const std::string action = lower(d.arg(at));
    std::string_view name = d.arg(at + 1);
    if (name.ends_with(':')) name.remove_suffix(1);
    const bool bare = action == "unset" || action == "echo";
    const bool edits = action.starts_with("edit");
    if (!holds(found, name, d.arg(at + (bare ? 2 : edits ? 4 : 3)))) return;
    if (action == "unset") return erase(name);
    if (action == "note") return;
    const auto value = value_of(d.arg(at + 2), facts_);
    if (edits || action == "echo" || !value) {
      return wonder(found, name, "the value depends on the request");
    }
    const bool keeps = action != "set";
    if (keeps && is_one_of(name, kOthers)) {
      return wonder(found, name, "what is there before is not known");
    }
    change(found, action, std::string(name), *value);
  }

  void change(const Found& found, const std::string& action, std::string name,
              const std::string& value) {
    HeaderLine* before = find(name);
    if (action == "setifempty" && before != nullptr) return;
    if (before == nullptr || action == "add") {
      lines_.push_back({std::move(name), value, said(found)});
      return;
    }
    if (action == "set") {
      erase(name);
      lines_.push_back({std::move(name), value, said(found)});
      return;
    }
    if (action == "merge") return merge(*before, value, found);
    before->value += ", " + value;
    before->by = said(found);
  }

  static void merge(HeaderLine& before, const std::string& value, const Found& found) {
    for (const std::string_view part : split(before.value, ',')) {
      if (trim(part) == value) return;
    }
    before.value += ", " + value;
    before.by = said(found);
  }

  const Layers& layers_;
  const RequestFacts& facts_;
  ResponseHeaders& out_;
  bool always_;
  std::vector<HeaderLine> lines_;
};

}  // namespace

ResponseHeaders response_headers(const Layers& layers, const RequestFacts& facts, bool normal) {
  ResponseHeaders out;
  Table(layers, facts, out, true).run();
  if (normal) Table(layers, facts, out, false).run();
  return out;
}

}  // namespace stockade::conf
