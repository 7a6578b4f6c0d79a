#include "rules/support/access.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

#include "base/pattern.h"
#include "base/text.h"
#include "rules/support/servers.h"

namespace stockade::rules {

namespace {

using conf::Children;
using conf::Directive;
// "/shop" takes "/shop" and "/shop/x", "/shop/" only what is below; not "/shopping".
bool takes_url(std::string_view prefix, std::string_view url) {
  if (!url.starts_with(prefix)) return false;
  return url.size() == prefix.size() || prefix.ends_with('/') || url[prefix.size()] == '/';
}

bool is_status(std::string_view word) {
  for (std::string_view name : {"permanent", "temp", "seeother", "gone"}) {
    if (equals_ignoring_case(word, name)) return true;
  }
  return !word.empty() && std::all_of(word.begin(), word.end(), is_digit);
}

// Redirect [status] URL-path [URL]; in a <Location> the path may be left out.
bool redirect_takes(const Directive& d, std::string_view url) {
  const size_t at = is_status(d.arg(0)) ? 1 : 0;
  const std::string_view from = d.arg(at);
  if (d.is("RedirectMatch")) {
    const auto pattern = Pattern::compile(from);
    return pattern && pattern->matches(url);
  }
  if (d.is("RedirectPermanent") || d.is("RedirectTemp")) return takes_url(d.arg(0), url);
  return d.is("Redirect") && (from.empty() || !from.starts_with('/') || takes_url(from, url));
}

bool is_refusing_flag(std::string_view flags) {
  for (std::string_view flag : split(trim(flags), ',')) {
    flag = trim(flag);
    if (flag.starts_with('[')) flag.remove_prefix(1);
    if (flag.ends_with(']')) flag.remove_suffix(1);
    for (std::string_view name : {"F", "forbidden", "G", "gone"}) {
      if (equals_ignoring_case(flag, name)) return true;
    }
    if (starts_with_ignoring_case(flag, "R=4") || starts_with_ignoring_case(flag, "redirect=4")) {
      return true;
    }
  }
  return false;
}

// The first rule that takes `url`, if rewriting is on among `directives`.
std::optional<Reach> rewritten(Children directives, std::string_view url) {
  bool on = false;
  bool has_condition = false;
  std::optional<Reach> result;
  for (const Directive& d : directives) {
    if (d.is("RewriteEngine")) on = is_on(d);
    if (d.is("RewriteCond")) has_condition = true;
    if (!d.is("RewriteRule")) continue;
    const bool conditional = std::exchange(has_condition, false);
    const bool negated = d.arg(0).starts_with('!');
    const auto pattern = Pattern::compile(d.arg(0).substr(negated ? 1 : 0));
    if (!pattern || pattern->matches(url) == negated || result) continue;
    const bool refuses = is_refusing_flag(d.arg(2));
    if (refuses && !conditional) {
      result = Reach{Reach::Kind::refused, &d, ""};
    } else if (refuses || (!conditional && d.arg(1) != "-")) {
      result = Reach{Reach::Kind::uncertain, &d, "it depends on a RewriteRule what a request gets"};
    }
  }
  return on ? result : std::nullopt;
}

std::optional<Reach> redirected(Children directives, std::string_view url) {
  for (const Directive& d : directives) {
    if (redirect_takes(d, url)) return Reach{Reach::Kind::refused, &d, ""};
  }
  return std::nullopt;
}

std::optional<Reach> proxied(Children directives, std::string_view url, bool in_section) {
  for (const Directive& d : directives) {
    if (!d.is("ProxyPass") && !d.is("ProxyPassMatch")) continue;
    bool takes = in_section;
    std::string_view target = d.arg(0);
    if (!in_section) {
      target = d.arg(1);
      const auto pattern = d.is("ProxyPassMatch") ? Pattern::compile(d.arg(0)) : Pattern();
      takes = d.is("ProxyPass") ? takes_url(d.arg(0), url) : pattern && pattern->matches(url);
    }
    if (!takes) continue;
    if (target == "!") return std::nullopt;
    return Reach{Reach::Kind::refused, &d, ""};
  }
  return std::nullopt;
}

using Names = std::span<const std::string_view>;
constexpr std::string_view kRedirects[] = {"Redirect", "RedirectMatch", "RedirectPermanent",
                                           "RedirectTemp"};
constexpr std::string_view kProxied[] = {"ProxyPass", "ProxyPassMatch"};

// Spares the walk through all of a server's lines, which may be very many.
bool has_any(const conf::Server& server, Names names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return !server.own(name).empty(); });
}

// What happens to the URL before a file is looked for.
std::optional<Reach> diverted(const Snapshot& snapshot, const RequestedFile& file,
                              const AppliedSections& applied) {
  for (const Directive* section : applied.sections) {
    const Children inside = children_of(*section);
    const bool is_location = section->is("Location") || section->is("LocationMatch");
    if (is_location) {
      if (auto reach = proxied(inside, file.url, true)) return reach;
    }
    if (auto reach = redirected(inside, file.url)) return reach;
    const std::string below =
        section->is("Directory") && is_within(file.path, section->arg(0))
            ? file.path.substr(std::min(file.path.size(), section->arg(0).size() + 1))
            : file.url;
    if (auto reach = rewritten(inside, below)) return reach;
  }
  const conf::Server& main = snapshot.servers.main();
  const Children top = snapshot.config.top();
  const Children own = file.server->is_main() ? top : children_of(*file.server->section);
  if (!file.server->own("RewriteRule").empty()) {
    if (auto reach = rewritten(own, file.url)) return reach;
  }
  if (has_any(*file.server, kRedirects)) {
    if (auto reach = redirected(own, file.url)) return reach;
  }
  if (has_any(*file.server, kProxied)) {
    if (auto reach = proxied(own, file.url, false)) return reach;
  }
  if (file.server->is_main()) return std::nullopt;
  if (has_any(main, kRedirects)) {
    if (auto reach = redirected(top, file.url)) return reach;
  }
  return has_any(main, kProxied) ? proxied(top, file.url, false) : std::nullopt;
}

bool mentions_access(const Directive& section) {
  if (required_in(section) || allowed_in(section)) return true;
  for (const Directive& d : children_of(section)) {
    if (d.is("Redirect") || d.is("RedirectMatch")) return true;
  }
  return false;
}

bool mentions_access(std::string_view htaccess) {
  for (std::string_view word : {"Require", "Deny", "Order", "Redirect", "RewriteRule"}) {
    if (contains_ignoring_case(htaccess, word)) return true;
  }
  return false;
}

std::optional<Reach> unsettled_reach(const Snapshot& snapshot, const AppliedSections& applied) {
  for (const Directive* section : applied.undecided) {
    if (mentions_access(*section)) {
      return Reach{Reach::Kind::uncertain, section, "an <If> decides it, request by request"};
    }
  }
  for (const std::string& path : applied.htaccess) {
    const auto content = snapshot.contents.find(path);
    if (content == snapshot.contents.end() || mentions_access(content->second)) {
      return Reach{Reach::Kind::uncertain, nullptr, fmt::format("{} may change it", path)};
    }
  }
  return std::nullopt;
}

}  // namespace

Reach reach_of(const Snapshot& snapshot, const RequestedFile& file,
               const DirectorySections* index) {
  const AppliedSections applied = applied_sections(snapshot, file, index);
  if (auto reach = diverted(snapshot, file, applied)) return *reach;
  AuthzAnswer required;
  AuthzAnswer allowed;
  for (const Directive* section : applied.sections) {
    if (const auto answer = required_in(*section)) required = *answer;
    if (const auto answer = allowed_in(*section)) allowed = *answer;
  }
  const AuthzAnswer& tighter = allowed.access > required.access ? allowed : required;
  if (auto reach = unsettled_reach(snapshot, applied)) return *reach;
  const Reach::Kind kind = tighter.access == Access::granted      ? Reach::Kind::served
                           : tighter.access == Access::restricted ? Reach::Kind::guarded
                                                                  : Reach::Kind::refused;
  return {kind, tighter.decided_by, ""};
}

}  // namespace stockade::rules
