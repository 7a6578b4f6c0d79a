#include "report/diff_page.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text.h"
#include "report/json.h"
#include "report/pen.h"
#include "report/place_json.h"

namespace stockade::report {

namespace {

using conf::Change;
using conf::Difference;
using conf::NotCompared;

Json change_to_json(const conf::Said& said) {
  Json json{{"directive", said.text.empty() ? Json() : Json(said.text)}};
  put_place(json, said.place);
  return json;
}

std::string to_json(const Difference& difference, const std::string& before,
                    const std::string& after) {
  const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  Json json;
  json["schema"] = "stockade/diff/1";
  json["before"] = before;
  json["after"] = after;
  json["wider"] = difference.wider();
  json["classes_compared"] = difference.classes;
  json["vhosts"] = {{"appeared", difference.appeared}, {"vanished", difference.vanished}};
  json["changes"] = Json::array();
  for (const Change& change : difference.changes) {
    Json one{{"what", change.what}, {"vhost", change.vhost},     {"class", change.path},
             {"url", change.url},   {"clients", change.clients}, {"wider", change.wider}};
    one["before"] = or_null(change.before);
    one["after"] = or_null(change.after);
    one["before_by"] = change_to_json(change.before_by);
    one["after_by"] = change_to_json(change.after_by);
    json["changes"].push_back(std::move(one));
  }
  json["not_compared"] = Json::array();
  for (const NotCompared& one : difference.not_compared) {
    Json row{{"vhost", one.vhost}, {"class", one.path}, {"cause", one.cause}};
    put_place(row, one.place);
    json["not_compared"].push_back(std::move(row));
  }
  json["not_listed"] = difference.unlisted;
  return dump(json, 2) + "\n";
}

std::string count_of(size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

struct ChangeGroup {
  const Change* first = nullptr;
  std::string text;
  size_t count = 0;
  std::set<std::string> hosts;
};

class Page {
 public:
  Page(const Difference& difference, const RenderOptions& options)
      : difference_(difference), pen_(options) {}

  std::string run() {
    vhosts();
    changes("Wider: somebody gets what he did not get before", true);
    changes("Other changes in effect", false);
    summary();
    return pen_.take();
  }

 private:
  static std::string or_none(const std::string& text) { return text.empty() ? "none" : text; }

  void vhosts() {
    for (const std::string& name : difference_.appeared) {
      pen_.line(pen_.dye(Ink::added, "+ virtual host " + pen_.safe(name)));
    }
    for (const std::string& name : difference_.vanished) {
      pen_.line(pen_.dye(Ink::removed, "- virtual host " + pen_.safe(name)));
    }
    if (!difference_.appeared.empty() || !difference_.vanished.empty()) pen_.line();
  }

  // The same change in several classes is shown once.
  std::vector<ChangeGroup> groups_of(bool wider) const {
    std::vector<ChangeGroup> groups;
    std::map<std::string, size_t> by_text;
    for (const Change& change : difference_.changes) {
      if (change.wider != wider) continue;
      const std::string text = text_of(change);
      const auto [found, fresh] = by_text.try_emplace(text, groups.size());
      if (fresh) groups.push_back({&change, text, 0, {}});
      ChangeGroup& group = groups[found->second];
      ++group.count;
      group.hosts.insert(change.vhost);
    }
    return groups;
  }

  static std::string text_of(const Change& change) {
    return fmt::format("{}{}: {} -> {}", change.what,
                       change.what == "access" ? " of " + join(change.clients, ", ") : "",
                       or_none(change.before), or_none(change.after));
  }

  void changes(const char* title, bool wider) {
    const Change* last = nullptr;
    for (const ChangeGroup& group : groups_of(wider)) {
      const Change& change = *group.first;
      if (last == nullptr) pen_.line(pen_.dye(Ink::strong, title));
      if (last == nullptr || last->vhost != change.vhost || last->path != change.path) {
        pen_.line(fmt::format("  {}  {}", pen_.safe(change.vhost), pen_.safe(change.path)));
        pen_.line("    " + pen_.dye(Ink::faint, pen_.safe(change.url)));
      }
      pen_.line("    " + pen_.dye(wider ? Ink::removed : Ink::plain, pen_.safe(group.text)));
      line_of("before", change.before_by);
      line_of("now", change.after_by);
      if (group.count > 1) {
        pen_.line(
            pen_.dye(Ink::faint,
                     fmt::format("      the same in {} of {}",
                                 count_of(group.count - 1, "more class", "more classes"),
                                 count_of(group.hosts.size(), "virtual host", "virtual hosts"))));
      }
      last = &change;
    }
    if (last != nullptr) pen_.line();
  }

  void line_of(const char* when, const conf::Said& said) {
    if (said.place.file.empty()) return;
    pen_.line(pen_.dye(Ink::faint, fmt::format("      {}: {}  {}", when, pen_.safe(said.text),
                                               pen_.safe(place_text(said.place)))));
  }

  void summary() {
    const std::string compared =
        count_of(difference_.classes, "class of URLs compared", "classes of URLs compared");
    if (difference_.changes.empty()) {
      pen_.line(pen_.dye(Ink::strong, "no change in effect") + ": " + compared);
    } else {
      pen_.line(fmt::format("{}, {}", count_of(difference_.changes.size(), "change", "changes"),
                            compared));
    }
    std::map<std::string, size_t> causes;
    for (const NotCompared& one : difference_.not_compared) {
      const std::string at = place_text(one.place);
      ++causes[one.cause + (at.empty() ? "" : " (" + at + ")")];
    }
    if (causes.empty() && difference_.unlisted.empty()) return;
    pen_.line(fmt::format("{} not comparable:",
                          count_of(difference_.not_compared.size(), "class is", "classes are")));
    for (const auto& [cause, count] : causes) {
      pen_.line(fmt::format("  {} x {}", count, pen_.safe(cause)));
    }
    for (const std::string& folder : difference_.unlisted) {
      pen_.line("  not listed to its end: " + pen_.safe(folder));
    }
  }

  const Difference& difference_;
  Pen pen_;
};

}  // namespace

std::string render_difference(const Difference& difference, const std::string& before,
                              const std::string& after, TextFormat format,
                              const RenderOptions& options) {
  if (format == TextFormat::json) return to_json(difference, before, after);
  RenderOptions plain = options;
  if (format == TextFormat::markdown) plain.colour = false;
  const std::string page = Page(difference, plain).run();
  return format == TextFormat::markdown ? "```text\n" + page + "```\n" : page;
}

}  // namespace stockade::report
