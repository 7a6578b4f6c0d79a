#include "rules/support/redirects.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/pattern.h"
#include "base/text.h"
#include "rules/support/paths.h"
#include "rules/support/servers.h"

namespace stockade::rules {

namespace {

using conf::Children;
using conf::Directive;
using conf::Server;
constexpr std::array<std::string_view, 4> kSamples = {"/", "/a", "/a/b.html", "/x.y/z?"};

bool is_https(std::string_view target) { return starts_with_ignoring_case(target, "https:"); }

bool is_absolute(std::string_view target) {
  return is_https(target) || starts_with_ignoring_case(target, "http:");
}

// A pattern that spares what a certificate authority asks for, and little else.
bool spares_challenges(std::string_view expression) {
  return contains_ignoring_case(expression, "well-known");
}

// "[R=301,L]", "[L,R]", "[redirect]".
bool has_redirect_flag(std::string_view flags) {
  for (std::string_view flag : split(flags, ',')) {
    flag = trim(flag);
    if (flag.starts_with('[')) flag.remove_prefix(1);
    if (flag.ends_with(']')) flag.remove_suffix(1);
    if (flag == "R" || flag.starts_with("R=") || starts_with_ignoring_case(flag, "redirect")) {
      return true;
    }
  }
  return false;
}

// A condition that every request to a plain HTTP server meets: HTTPS is off, the name is its own,
// the URL is none of a certificate authority's.
bool is_always_met(const Directive& condition) {
  const std::string_view what = condition.arg(0);
  const std::string_view expected = condition.arg(1);
  if (contains_ignoring_case(what, "HTTPS") || contains_ignoring_case(what, "SERVER_PORT")) {
    return true;
  }
  if (contains_ignoring_case(what, "SERVER_NAME") || contains_ignoring_case(what, "HTTP_HOST")) {
    return true;
  }
  if (contains_ignoring_case(what, "REQUEST_URI")) {
    return expected.starts_with('!') && spares_challenges(expected);
  }
  return false;
}

void keep_stronger(Redirection& result, const Redirection& other) {
  if (result.kind == Redirection::Kind::everything || other.kind == Redirection::Kind::none) return;
  if (other.kind == Redirection::Kind::everything || result.kind == Redirection::Kind::none)
    result = other;
}

Redirection by_htaccess(const Snapshot& snapshot, const Server& server) {
  const Directive* root = server.last("DocumentRoot");
  if (root == nullptr) return {};
  const std::string path = absolute_path(path_argument(snapshot, root->arg(0)), ".htaccess");
  const auto content = snapshot.contents.find(path);
  if (content == snapshot.contents.end()) return {};
  if (!contains_ignoring_case(content->second, "https")) return {};
  return {Redirection::Kind::uncertain, true, nullptr, path + " may redirect"};
}

// Looks at one server after the other; patterns repeat, so their answer is kept.
class RedirectionFinder {
 public:
  explicit RedirectionFinder(const Snapshot& snapshot) : snapshot_(snapshot) {}

  Redirection find(const Server& server) {
    const Children own = server.is_main() ? snapshot_.config.top() : children_of(*server.section);
    Redirection result = in_directives(own, false);
    keep_stronger(result, in_sections(own));
    if (!server.is_main()) {
      for (std::string_view name : {"Redirect", "RedirectMatch", "RedirectPermanent"}) {
        for (const Directive* d : server.main->own(name)) {
          keep_stronger(result, by_redirect(*d, false));
        }
      }
    }
    keep_stronger(result, by_htaccess(snapshot_, server));
    return result;
  }

 private:
  Redirection by_redirect(const Directive& d, bool in_location) {
    const std::string_view target = d.words.empty() ? std::string_view() : d.words.back().text;
    if (!is_absolute(target)) return {};
    Redirection result{Redirection::Kind::uncertain, is_https(target), &d,
                       "it redirects a part of the requests"};
    const std::string_view from =
        d.words.size() < 2 ? std::string_view() : d.words[d.words.size() - 2].text;
    if (d.is("RedirectMatch")) {
      if (takes_everything(from) || spares_challenges(from))
        result.kind = Redirection::Kind::everything;
    } else if (from == "/" || (in_location && !from.starts_with('/'))) {
      result.kind = Redirection::Kind::everything;
    }
    return result;
  }

  Redirection by_rewriting(Children directives) {
    bool on = false;
    bool always_met = true;
    Redirection result;
    for (const Directive& d : directives) {
      if (d.is("RewriteEngine")) on = is_on(d);
      if (d.is("RewriteCond")) always_met = always_met && is_always_met(d);
      if (!d.is("RewriteRule")) continue;
      const bool met = std::exchange(always_met, true);
      if (!is_absolute(d.arg(1)) || result.kind == Redirection::Kind::everything) continue;
      if (!has_redirect_flag(d.arg(2)) && d.words.size() > 2 &&
          contains_ignoring_case(d.arg(2), "P")) {
        continue;
      }
      const bool all = met && (takes_everything(d.arg(0)) || spares_challenges(d.arg(0)));
      result = {all ? Redirection::Kind::everything : Redirection::Kind::uncertain,
                is_https(d.arg(1)), &d, "a RewriteRule redirects some requests"};
    }
    return on ? result : Redirection();
  }

  Redirection in_directives(Children directives, bool in_location) {
    Redirection result = by_rewriting(directives);
    for (const Directive& d : directives) {
      const bool redirect = d.is("Redirect") || d.is("RedirectMatch") ||
                            d.is("RedirectPermanent") || d.is("RedirectTemp");
      if (redirect) keep_stronger(result, by_redirect(d, in_location));
    }
    return result;
  }

  // What stands in sections takes a part, or depends on the request.
  Redirection in_sections(Children directives) {
    Redirection result;
    for (const Directive& section : directives) {
      if (!section.section || section.is("VirtualHost")) continue;
      Redirection inside = in_directives(children_of(section), section.is("Location"));
      const bool whole = section.is("Location") && section.arg(0) == "/";
      if (!whole && inside.kind == Redirection::Kind::everything) {
        inside.kind = Redirection::Kind::uncertain;
        inside.reason = "a section redirects what falls into it";
      }
      keep_stronger(result, inside);
    }
    return result;
  }

  bool takes_everything(std::string_view expression) {
    const auto [entry, is_new] = takes_everything_.try_emplace(expression, false);
    if (is_new) {
      const auto pattern = Pattern::compile(expression);
      entry->second =
          pattern && std::all_of(kSamples.begin(), kSamples.end(),
                                 [&](std::string_view url) { return pattern->matches(url); });
    }
    return entry->second;
  }

  const Snapshot& snapshot_;
  std::unordered_map<std::string_view, bool> takes_everything_;
};

using Redirections = std::unordered_map<const Server*, Redirection>;

Redirections all_redirections(const Snapshot& snapshot) {
  Redirections result;
  RedirectionFinder finder(snapshot);
  for (const Server& server : snapshot.servers.all) result.emplace(&server, finder.find(server));
  return result;
}

bool is_loopback(const conf::Address& address) {
  return address.host.starts_with("127.") || address.host == "::1" ||
         equals_ignoring_case(address.host, "localhost");
}

}  // namespace

Redirection redirection_of(const Snapshot& snapshot, const Server& server) {
  return snapshot.derived.get<Redirections>([&] { return all_redirections(snapshot); }).at(&server);
}

bool only_from_this_machine(const Snapshot& snapshot, const Server& server) {
  const auto& listeners = snapshot.servers.listeners;
  const auto leads_here = [&](const conf::Listener& listener) {
    if (server.is_main()) return true;
    return std::any_of(server.addresses.begin(), server.addresses.end(),
                       [&](const conf::Address& address) {
                         return address.port == 0 || address.port == listener.address.port;
                       });
  };
  bool any = false;
  for (const conf::Listener& listener : listeners) {
    if (!leads_here(listener)) continue;
    any = true;
    if (!is_loopback(listener.address)) {
      const bool all_own_loopback =
          !server.addresses.empty() &&
          std::all_of(server.addresses.begin(), server.addresses.end(), is_loopback);
      if (!all_own_loopback) return false;
    }
  }
  return any;
}

}  // namespace stockade::rules
