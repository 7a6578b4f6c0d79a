// What stands between '<' and '>' of a section.
#include "conf/checks/check.h"
#include "conf/checks/patterns.h"
#include "conf/servers.h"

namespace stockade::conf {

namespace {

// <Directory "/x">, <FilesMatch "\.php$">, <Location ~ "^/x">.
std::string check_path_section(const CheckInput& input, bool is_match) {
  const Directive& d = input.directive;
  const std::string tag = "<" + std::string(input.name()) + ">";
  size_t at = 0;
  bool is_regex = is_match;
  if (!is_match && d.arg(0) == "~") {
    is_regex = true;
    at = 1;
  }
  if (d.words.size() <= at)
    return (is_regex && at == 1) || d.is("Proxy") || d.is("ProxyMatch")
               ? ""
               : tag + " block must specify a path";
  if (is_regex && !compiles(d.arg(at))) return "Regex could not be compiled";
  if (d.words.size() > at + 1) return "Multiple " + tag + " arguments not (yet) supported.";
  return "";
}

std::string check_virtual_host(const CheckInput& input) {
  for (const Word& word : input.directive.words) {
    const std::string_view text = word.text;
    if (!parse_address(text)) return "Missing address for VirtualHost";
    // A number alone is a port, and that is no address.
    if (parse_number(text)) return "Missing address for VirtualHost";
  }
  return "";
}

bool is_container(const Directive& d) {
  return d.is("RequireAll") || d.is("RequireAny") || d.is("RequireNone");
}

bool is_limit_method(std::string_view method) { return !method.empty(); }

std::string check_limit(const CheckInput& input) {
  for (const Word& word : input.directive.words) {
    if (!is_limit_method(word.text)) return "empty method in <Limit>";
    if (equals_ignoring_case(word.text, "TRACE")) {
      return "TRACE cannot be controlled by <" + std::string(input.name()) + ">, see TraceEnable";
    }
  }
  return "";
}

std::string check_else(const CheckInput& input) {
  const Directive& d = input.directive;
  if (d.is("Else") && !d.words.empty()) return "<Else> does not take an argument";
  const Directive* before = input.previous;
  const bool follows =
      before != nullptr && before->section && (before->is("If") || before->is("ElseIf"));
  if (!follows) {
    return "<Else> or <ElseIf> section without previous <If> or <ElseIf> section in same scope";
  }
  return "";
}

// Those that have nothing between '<' and '>', or nothing that httpd insists on.
bool may_be_bare(const CheckInput& input) {
  const Directive& d = input.directive;
  return d.is("Else") || is_container(d) || d.is("Proxy") || d.is("ProxyMatch") ||
         starts_with_ignoring_case(d.name, "Lua");
}

}  // namespace

std::string check_content(const CheckInput& input) {
  const Directive& d = input.directive;
  if (!is_container(d) || !d.words.empty()) return "";
  const std::string tag = "<" + std::string(input.name()) + ">";
  bool any = false;
  bool positive = false;
  for (const Directive& child : children_of(d)) {
    if (!child.is("Require") && !is_container(child)) continue;
    any = true;
    positive = positive || !(child.is("RequireNone") || equals_ignoring_case(child.arg(0), "not"));
  }
  if (!any) return tag + " directive contains no authorization directives";
  const bool in_all = d.parent != nullptr && d.parent->is("RequireAll");
  const bool in_none = d.parent != nullptr && d.parent->is("RequireNone");
  if (d.is("RequireNone") && !in_all) {
    return tag + " directive has no effect in <" + (in_none ? "RequireNone" : "RequireAny") +
           "> directive";
  }
  if (d.is("RequireAll") && !positive) {
    return tag + " directive contains only negative authorization directives";
  }
  return "";
}

std::string check_tag(const CheckInput& input) {
  const Directive& d = input.directive;
  const std::string tag = "<" + std::string(input.name()) + ">";
  // "<Name>" without anything has no arguments left, not even its '>'.
  if (!d.args.empty() && d.args.find('>') == std::string_view::npos)
    return tag + " directive missing closing '>'";
  if (d.words.empty() && !may_be_bare(input)) {
    return tag + " directive requires additional arguments";
  }
  if (d.is("Directory") || d.is("Files") || d.is("Location") || d.is("Proxy")) {
    return check_path_section(input, false);
  }
  if (d.is("DirectoryMatch") || d.is("FilesMatch") || d.is("LocationMatch") || d.is("ProxyMatch")) {
    return check_path_section(input, true);
  }
  if (is_container(d) && !d.words.empty()) {
    return tag + " directive doesn't take additional arguments";
  }
  if (d.is("VirtualHost")) return check_virtual_host(input);
  if (d.is("Limit") || d.is("LimitExcept")) return check_limit(input);
  if (d.is("Else") || d.is("ElseIf")) return check_else(input);
  return "";
}

}  // namespace stockade::conf
