#include "conf/classes/difference.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "conf/classes/classes.h"
#include "conf/classes/matrix.h"

namespace stockade::conf {

namespace {

using Hosts = std::map<std::string, const Server*>;

// By their label; of several with one label only the first can answer.
Hosts hosts_of(const World& world) {
  Hosts hosts;
  for (const Server* server : answering(world.servers)) hosts.try_emplace(server->label, server);
  return hosts;
}

int width(Answer answer) {
  if (answer == Answer::open) return 2;
  return answer == Answer::login ? 1 : 0;
}

// The last line that had a say in who is let in.
Said decided_by(const Outcome& outcome) {
  Said by;
  for (const Reason& reason : outcome.effective.because) {
    if (reason.by) by = *reason.by;
  }
  if (outcome.effective.access != Decision::unknown) return by;
  for (const Step& step : outcome.effective.mapping) {
    if (step.by) by = *step.by;
  }
  return by;
}

std::map<std::string, std::string> headers_of(const Effective& effective) {
  std::map<std::string, std::string> headers;
  for (const HeaderLine& line : effective.headers) {
    std::string& value = headers[line.name];
    value += (value.empty() ? "" : ", ") + line.value;
  }
  return headers;
}

// The first doubt about that, or null.
const Doubt* doubt_of(const Effective& effective, std::string_view about) {
  for (const Doubt& doubt : effective.doubts) {
    if (doubt.about == about) return &doubt;
  }
  return nullptr;
}

std::string header_doubts(const Effective& effective) {
  std::string causes;
  for (const Doubt& doubt : effective.doubts) {
    if (!doubt.about.starts_with("header")) continue;
    causes += (causes.empty() ? "" : "; ") + doubt.about + ": " + doubt.cause;
  }
  return causes;
}

class Comparer {
 public:
  Comparer(const World& before, const World& after)
      : before_(before),
        after_(after),
        before_classes_(before),
        after_classes_(after),
        clients_(clients_of({&before.config, &after.config})) {}

  Difference run() {
    const Hosts old_hosts = hosts_of(before_);
    const Hosts new_hosts = hosts_of(after_);
    for (const auto& [label, server] : old_hosts) {
      const auto found = new_hosts.find(label);
      if (found == new_hosts.end()) out_.vanished.push_back(label);
      compare_host(label, server, found == new_hosts.end() ? nullptr : found->second);
    }
    for (const auto& [label, server] : new_hosts) {
      if (old_hosts.contains(label)) continue;
      out_.appeared.push_back(label);
      compare_host(label, nullptr, server);
    }
    std::stable_sort(out_.changes.begin(), out_.changes.end(),
                     [](const Change& a, const Change& b) { return a.wider && !b.wider; });
    out_.unlisted = before_classes_.unlisted();
    for (const std::string& folder : after_classes_.unlisted()) {
      const auto end = out_.unlisted.end();
      if (std::find(out_.unlisted.begin(), end, folder) == end) out_.unlisted.push_back(folder);
    }
    return std::move(out_);
  }

 private:
  void compare_host(const std::string& label, const Server* old_server, const Server* new_server) {
    if (old_server == nullptr && new_server == nullptr) return;
    std::vector<PathClass> paths;
    if (old_server != nullptr) paths = before_classes_.of(*old_server);
    if (new_server != nullptr) {
      for (PathClass& path : after_classes_.of(*new_server)) {
        const bool known = std::any_of(paths.begin(), paths.end(), [&path](const PathClass& old) {
          return old.example == path.example && (!old.example.empty() || old.label == path.label);
        });
        if (!known) paths.push_back(std::move(path));
      }
    }
    for (const PathClass& path : paths) {
      if (path.example.empty()) {
        out_.not_compared.push_back({label, path.label, path.not_checked, path.by.place});
        continue;
      }
      const Server& asked = new_server != nullptr ? *new_server : *old_server;
      const Servers& around = new_server != nullptr ? after_.servers : before_.servers;
      const Request now = request_for(around, asked, path.example);
      const Request then =
          old_server != nullptr ? request_for(before_.servers, *old_server, path.example) : now;
      compare_class(label, path, then, now);
    }
  }

  void compare_class(const std::string& label, const PathClass& path, const Request& then,
                     const Request& now) {
    Change made{"", label, path.label, url_of(now), {}, "", "", false, {}, {}};
    std::map<std::pair<Answer, Answer>, Change> by_answers;
    const Client* seen = nullptr;  // the first who is let in on both sides
    Outcome old_seen;
    Outcome new_seen;
    for (const Client& client : clients_) {
      Outcome old = outcome_of(before_, then, client);
      Outcome fresh = outcome_of(after_, now, client);
      const Outcome& doubtful = old.answer == Answer::unknown ? old : fresh;
      if (doubtful.answer == Answer::unknown) {
        out_.not_compared.push_back({label, path.label, doubtful.cause, doubtful.cause_place});
        return;
      }
      if (old.answer != fresh.answer) {
        Change& change = by_answers.try_emplace({old.answer, fresh.answer}, made).first->second;
        change.clients.push_back(client.name);
        change.before_by = decided_by(old);
        change.after_by = decided_by(fresh);
      } else if (client.method == "GET" && (seen == nullptr || (fresh.answer == Answer::open &&
                                                                new_seen.answer != Answer::open))) {
        seen = &client;
        old_seen = std::move(old);
        new_seen = std::move(fresh);
      }
    }
    ++out_.classes;
    for (auto& [answers, change] : by_answers) {
      change.what = "access";
      change.before = name_of(answers.first);
      change.after = name_of(answers.second);
      change.wider = width(answers.second) > width(answers.first);
      out_.changes.push_back(std::move(change));
    }
    if (seen == nullptr) return;
    made.clients = {seen->name};
    compare_effects(made, old_seen.effective, new_seen.effective);
  }

  template <class Value>
  void compare_one(const Change& like, const char* what, const std::optional<Value>& old,
                   const std::optional<Value>& fresh) {
    if (old == fresh) return;
    Change change = like;
    change.what = what;
    change.before = old ? fmt_of(*old) : "";
    change.after = fresh ? fmt_of(*fresh) : "";
    out_.changes.push_back(std::move(change));
  }
  static std::string fmt_of(const std::string& text) { return text; }
  static std::string fmt_of(int number) { return std::to_string(number); }

  // What is unknown on one side is not compared, and said so.
  void compare_effects(const Change& like, const Effective& old, const Effective& fresh) {
    compare_targets(like, old, fresh);
    const Doubt* old_doubt = doubt_of(old, "status");
    const Doubt* new_doubt = doubt_of(fresh, "status");
    if ((old_doubt == nullptr) != (new_doubt == nullptr)) {
      const Doubt& doubt = old_doubt != nullptr ? *old_doubt : *new_doubt;
      out_.not_compared.push_back(
          {like.vhost, like.path, "status and headers: " + doubt.cause, doubt.place});
    }
    if (!old.status || !fresh.status) return;
    compare_one(like, "file", old.file, fresh.file);
    compare_one(like, "handler", old.handler, fresh.handler);
    compare_one(like, "status", old.status, fresh.status);
    if (doubt_of(old, "location") == nullptr && doubt_of(fresh, "location") == nullptr) {
      compare_one(like, "redirect", old.location, fresh.location);
    }
    const std::string old_doubts = header_doubts(old);
    const std::string new_doubts = header_doubts(fresh);
    if (old_doubts.empty() && new_doubts.empty()) {
      compare_headers(like, old, fresh);
    } else if (old_doubts != new_doubts) {
      const std::string& cause = old_doubts.empty() ? new_doubts : old_doubts;
      out_.not_compared.push_back({like.vhost, like.path, "headers: " + cause, {}});
    }
  }

  // Where a proxy leads is known even if its answer is not.
  void compare_targets(const Change& like, const Effective& old, const Effective& fresh) {
    compare_one(like, "proxy", old.passed_to, fresh.passed_to);
  }

  void compare_headers(const Change& like, const Effective& old, const Effective& fresh) {
    const auto then = headers_of(old);
    auto now = headers_of(fresh);
    const auto value = [](const auto& headers, const std::string& name) {
      const auto found = headers.find(name);
      return found == headers.end() ? std::nullopt : std::optional<std::string>(found->second);
    };
    for (const auto& [name, text] : then) {
      compare_one(like, ("header " + name).c_str(), std::optional(text), value(now, name));
      now.erase(name);
    }
    for (const auto& [name, text] : now) {
      compare_one(like, ("header " + name).c_str(), std::optional<std::string>(),
                  std::optional(text));
    }
  }

  const World& before_;
  const World& after_;
  PathClasses before_classes_;
  PathClasses after_classes_;
  std::vector<Client> clients_;
  Difference out_;
};

}  // namespace

Difference compare(const World& before, const World& after) {
  return Comparer(before, after).run();
}

}  // namespace stockade::conf
