#include "conf/effective/rewrite.h"

#include "base/pattern.h"
#include "base/text.h"
#include "conf/checks/expressions.h"
#include "conf/checks/words_in.h"
#include "conf/effective/rewrite_line.h"
#include "conf/effective/translate.h"
#include "conf/effective/uri.h"

namespace stockade::conf {

namespace {

using expr::Answer;
using expr::Truth;
using expr::unknown_value;
using expr::Value;

Answer yes_or_no(bool holds) { return {holds ? Truth::yes : Truth::no, ""}; }
Answer unknown_answer(std::string cause) { return {Truth::unknown, std::move(cause)}; }

bool is_absolute_url(std::string_view text) {
  return starts_with_ignoring_case(text, "http://") || starts_with_ignoring_case(text, "https://");
}
// Others that httpd knows: they are taken for URLs too.
bool is_other_url(std::string_view text) {
  const size_t colon = text.find("://");
  return (colon != std::string_view::npos && text.find('/') > colon) ||
         text.starts_with("mailto:") || text.starts_with("news:") || text.starts_with("unix:");
}

class Rewriter {
 public:
  Rewriter(const RewriteScope& scope, const RequestFacts& facts, const Layers& layers)
      : scope_(scope), facts_(facts), layers_(layers), name_(scope.filename) {
    out_.query = facts.query;
  }

  Rewritten run() {
    std::vector<Found> conditions;
    for (const Found& line : scope_.lines) {
      if (line.directive->is("RewriteCond")) {
        conditions.push_back(line);
        continue;
      }
      if (!apply(line, conditions)) break;
      conditions.clear();
    }
    if (out_.doubt.empty() && out_.kind != Rewritten::Kind::status) finish();
    return std::move(out_);
  }

 private:
  bool wonder(std::string cause, const Found& line) {
    out_.doubt = std::move(cause);
    out_.doubt_place = said(line).place;
    return false;
  }

  // What the pattern is matched against: in a section without the folder's name.
  std::optional<std::string_view> subject() const {
    if (scope_.directory.empty()) return name_;
    if (!name_.starts_with(scope_.directory)) return std::nullopt;
    return std::string_view(name_).substr(scope_.directory.size());
  }

  // False where no further rule is looked at.
  bool apply(const Found& line, const std::vector<Found>& conditions) {
    const Directive& d = *line.directive;
    const RewriteFlags flags = read_rewrite_flags(d.arg(2));
    const auto text = subject();
    if (!text) return true;
    std::string_view expression = d.arg(0);
    const bool negated = expression.starts_with('!');
    if (negated) expression.remove_prefix(1);
    const auto pattern = Pattern::compile(expression, flags.ignore_case);
    if (!pattern) return wonder("its expression", line);
    groups_.clear();
    condition_groups_.clear();
    if (pattern->matches(*text, groups_) == negated) {
      // A chained rule takes others with it.
      return flags.unknown.empty() || !is_one_of(flags.unknown, "C|chain") ||
             wonder("the flag " + flags.unknown, line);
    }
    if (negated) groups_.clear();
    const Answer held = all_hold(conditions);
    if (held.truth == Truth::unknown) return wonder(held.cause, line);
    if (held.truth == Truth::no) return true;
    if (!flags.unknown.empty()) {
      return wonder("the flag " + flags.unknown + " is not evaluated", line);
    }
    return substitute(line, flags);
  }

  bool substitute(const Found& line, const RewriteFlags& flags) {
    const std::string_view to = line.directive->arg(1);
    if (flags.stops) {
      out_.kind = Rewritten::Kind::status;
      out_.status = flags.status;
      out_.steps.push_back({"RewriteRule", std::to_string(flags.status), said(line)});
      return false;
    }
    if (to == "-") {
      if (flags.redirect || flags.pass_on) return wonder("a redirect without a target", line);
      return !flags.last;
    }
    if (is_absolute_url(name_)) return wonder("a rule after a redirect", line);
    const Value expanded = expand(to, true);
    if (!expanded.known) return wonder(expanded.cause, line);
    std::string target = expanded.text;
    if (target.empty()) return wonder("an empty target", line);
    const bool captured =
        to.starts_with('$') || to.starts_with('%') || to.starts_with("/$") || to.starts_with("/%");
    if (captured && scope_.directory.empty()) captured_ = true;
    take_query(target, flags);
    const bool url = is_absolute_url(target);
    if (!url && is_other_url(target)) return wonder("a target of another scheme", line);
    if (target.find('%') != std::string::npos) return wonder("a target with escapes", line);
    if (!url && !target.starts_with('/')) {
      if (scope_.directory.empty()) return wonder("a relative target", line);
      if (flags.redirect) return wonder("a redirect to a relative target", line);
      target.insert(0, scope_.directory);
    }
    if (url && !flags.redirect && names_own_host(target)) {
      return wonder("a target on this very server", line);
    }
    if (flags.redirect && !url) {
      const auto full = self_url(facts_, layers_, target);
      out_.location_known = out_.location_known && full.has_value();
      target = full.value_or("http://-" + target);
    }
    if ((flags.redirect || url) && flags.pass_on) return wonder("a redirect with [PT]", line);
    if (flags.redirect || url) redirect_status_ = flags.status;
    name_ = std::move(target);
    changed_ = true;
    out_.steps.push_back({"RewriteRule", name_, said(line)});
    if (flags.pass_on) {
      passed_on_ = true;
      return false;
    }
    return !flags.last;
  }

  bool names_own_host(std::string_view url) const {
    const size_t begin = url.find("://") + 3;
    const std::string_view host = url.substr(begin, url.find_first_of(":/", begin) - begin);
    return equals_ignoring_case(host, facts_.request().host) ||
           equals_ignoring_case(host, facts_.server->name);
  }

  void take_query(std::string& target, const RewriteFlags& flags) {
    if (flags.drop_query) out_.query.clear();
    const size_t mark = target.find('?');
    if (mark == std::string::npos) return;
    std::string query = target.substr(mark + 1);
    target.resize(mark);
    const bool joined = flags.append_query && !out_.query.empty();
    out_.query = joined ? (query.empty() ? out_.query : query + "&" + out_.query) : query;
  }

  void finish() {
    if (!changed_) return;
    if (is_absolute_url(name_)) {
      out_.kind = Rewritten::Kind::redirect;
      out_.status = redirect_status_;
      out_.location = name_ + (out_.query.empty() ? "" : "?" + out_.query);
      const std::string rest = name_.substr(name_.find("://") + 3);
      if (escape_path(rest) != rest || escape_path(out_.query) != out_.query) {
        out_.location_known = false;
      }
      return;
    }
    if (captured_) {
      out_.doubt = "a path whose beginning is taken from the request";
      return;
    }
    out_.kind =
        passed_on_ && scope_.directory.empty() ? Rewritten::Kind::passed_on : Rewritten::Kind::path;
    out_.path = name_;
  }

  // --- conditions

  Answer all_hold(const std::vector<Found>& conditions) {
    for (size_t i = 0; i < conditions.size(); ++i) {
      const Directive& d = *conditions[i].directive;
      const RewriteFlags flags = read_rewrite_flags(d.arg(2));
      if (!flags.unknown.empty()) return unknown_answer("the flag " + flags.unknown);
      const Answer answer = holds(d, flags);
      if (answer.truth == Truth::unknown) return answer;
      if (flags.or_next) {
        if (answer.truth == Truth::no) continue;
        while (i < conditions.size() &&
               read_rewrite_flags(conditions[i].directive->arg(2)).or_next) {
          ++i;
        }
      } else if (answer.truth == Truth::no) {
        return answer;
      }
    }
    return yes_or_no(true);
  }

  Answer holds(const Directive& d, const RewriteFlags& flags) {
    if (equals_ignoring_case(d.arg(0), "expr")) return unknown_answer("RewriteCond expr");
    const Value subject = expand(d.arg(0), false);
    if (!subject.known) return unknown_answer(subject.cause);
    std::string_view test = d.arg(1);
    const bool negated = test.starts_with('!');
    if (negated) test.remove_prefix(1);
    Answer answer = compare(subject.text, test, flags.ignore_case, negated);
    if (negated && answer.truth != Truth::unknown) {
      answer.truth = answer.truth == Truth::yes ? Truth::no : Truth::yes;
    }
    return answer;
  }

  Answer compare(const std::string& subject, std::string_view test, bool ignore_case,
                 bool negated) {
    if (test.size() == 2 && test[0] == '-' &&
        std::string_view("dfslLhxFU").find(test[1]) != std::string_view::npos) {
      return facts_.file_test(test[1], subject);
    }
    if (is_one_of(test.substr(0, 3), "-eq|-ne|-lt|-le|-gt|-ge")) {
      return unknown_answer("a comparison of numbers");
    }
    if (test.starts_with('<') || test.starts_with('>')) {
      return unknown_answer("a comparison of order");
    }
    if (test.starts_with('=')) {
      std::string_view wanted = test.substr(1);
      if (wanted == "\"\"") wanted = "";
      const bool equal = ignore_case ? equals_ignoring_case(subject, wanted) : subject == wanted;
      return yes_or_no(equal);
    }
    const auto pattern = Pattern::compile(test, ignore_case);
    if (!pattern) return unknown_answer("its expression");
    std::vector<std::string> groups;
    const bool found = pattern->matches(subject, groups);
    if (found && !negated) condition_groups_ = groups;
    return yes_or_no(found);
  }

  // --- $1, %1, %{NAME}

  Value expand(std::string_view text, bool target) const {
    std::string out;
    for (size_t at = 0; at < text.size(); ++at) {
      const char c = text[at];
      const char next = at + 1 < text.size() ? text[at + 1] : '\0';
      if (c == '\\' && next != '\0') {
        out += next;
        ++at;
      } else if ((c == '$' || c == '%') && is_digit(next)) {
        const auto& groups = c == '$' ? groups_ : condition_groups_;
        const auto number = static_cast<size_t>(next - '0');
        if (number < groups.size()) out += groups[number];
        ++at;
      } else if (c == '$' && next == '{') {
        return unknown_value("a RewriteMap is not evaluated");
      } else if (c == '%' && next == '{') {
        const size_t end = text.find('}', at);
        if (end == std::string_view::npos) return unknown_value("an unclosed variable");
        const Value value = variable(text.substr(at + 2, end - at - 2));
        if (!value.known) return value;
        out += value.text;
        at = end;
      } else {
        out += c;
      }
    }
    // What comes from the request may hold what means something in a target.
    if (target && out.find('?') != out.rfind('?')) return unknown_value("a target with two '?'");
    return {out, true, ""};
  }

  Value variable(std::string_view name) const {
    if (starts_with_ignoring_case(name, "HTTP:")) return {facts_.header(name.substr(5)), true, ""};
    if (starts_with_ignoring_case(name, "ENV:")) return unknown_value("an environment variable");
    if (name.find(':') != std::string_view::npos) {
      return unknown_value("%{" + std::string(name) + "} asks httpd itself");
    }
    if (equals_ignoring_case(name, "REQUEST_FILENAME") ||
        equals_ignoring_case(name, "SCRIPT_FILENAME")) {
      return {scope_.directory.empty() || changed_ ? name_ : facts_.filename, true, ""};
    }
    if (equals_ignoring_case(name, "QUERY_STRING")) return {out_.query, true, ""};
    return facts_.variable(name);
  }

  const RewriteScope& scope_;
  const RequestFacts& facts_;
  const Layers& layers_;
  std::string name_;
  bool changed_ = false;
  bool passed_on_ = false;
  bool captured_ = false;
  int redirect_status_ = 302;
  std::vector<std::string> groups_;
  std::vector<std::string> condition_groups_;
  Rewritten out_;
};

}  // namespace

Rewritten rewrite(const RewriteScope& scope, const RequestFacts& facts, const Layers& layers) {
  return Rewriter(scope, facts, layers).run();
}

}  // namespace stockade::conf
