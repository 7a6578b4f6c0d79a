#include "report/request_page.h"

#include <fmt/format.h>

#include "report/json.h"
#include "report/pen.h"
#include "report/place_json.h"

namespace stockade::report {

namespace {

Json said_to_json(const conf::Said& said) {
  Json json;
  json["directive"] = said.text;
  put_place(json, said.place);
  return json;
}

Json by_to_json(Json json, const std::optional<conf::Said>& by) {
  json["directive"] = by ? Json(by->text) : Json();
  put_place(json, by ? by->place : conf::Place{});
  return json;
}

Json sections_to_json(const conf::Effective& effective) {
  Json sections = Json::array();
  for (const conf::AppliedSection& section : effective.sections) {
    Json json;
    json["section"] = section.kind;
    json["argument"] = section.name;
    put_place(json, section.place);
    json["settings"] = Json::array();
    for (const conf::Setting& setting : section.settings) {
      Json one = said_to_json(setting.said);
      one["overrode"] = Json::array();
      for (const conf::Said& said : setting.overrode) one["overrode"].push_back(said_to_json(said));
      json["settings"].push_back(std::move(one));
    }
    sections.push_back(std::move(json));
  }
  return sections;
}

Json headers_to_json(const conf::Effective& effective) {
  Json headers = Json::object();
  for (const conf::HeaderLine& line : effective.headers) {
    Json one;
    one["value"] = line.value;
    one["directive"] = line.by.text;
    put_place(one, line.by.place);
    headers[line.name].push_back(std::move(one));
  }
  return headers;
}

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

Json why_not_to_json(const conf::WhyNot& why) {
  Json json{{"status", why.wanted}, {"reached", why.reached}, {"obstacles", Json::array()}};
  for (const conf::Obstacle& obstacle : why.obstacles) {
    json["obstacles"].push_back(
        by_to_json({{"what", obstacle.what}, {"change", obstacle.change}}, obstacle.by));
  }
  return json;
}

std::string to_json(const conf::Request& request, const conf::Effective& effective,
                    const conf::WhyNot* why) {
  Json json;
  json["schema"] = "stockade/request/1";
  json["request"] = {{"method", request.method}, {"scheme", request.tls ? "https" : "http"},
                     {"host", request.host},     {"port", request.port},
                     {"target", request.target}, {"from", request.client}};
  json["vhost"] = {{"name", effective.vhost}, {"because", effective.vhost_because}};
  put_place(json["vhost"], effective.vhost_place);
  json["mapping"] = Json::array();
  for (const conf::Step& step : effective.mapping) {
    json["mapping"].push_back(by_to_json({{"step", step.what}, {"result", step.result}}, step.by));
  }
  json["sections"] = sections_to_json(effective);
  json["access"] = {{"decision", name_of(effective.access)}, {"because", Json::array()}};
  for (const conf::Reason& reason : effective.because) {
    json["access"]["because"].push_back(
        by_to_json({{"outcome", reason.outcome}, {"why", reason.why}}, reason.by));
  }
  json["file"] = or_null(effective.file);
  json["handler"] = or_null(effective.handler);
  json["status"] = or_null(effective.status);
  json["location"] = or_null(effective.location);
  json["headers"] = headers_to_json(effective);
  json["unknown"] = Json::array();
  for (const conf::Doubt& doubt : effective.doubts) {
    Json one = {{"about", doubt.about}, {"cause", doubt.cause}};
    put_place(one, doubt.place);
    json["unknown"].push_back(std::move(one));
  }
  if (why != nullptr) json["why_not"] = why_not_to_json(*why);
  return dump(json, 2) + "\n";
}

class Picture {
 public:
  Picture(const conf::Request& request, const conf::Effective& effective, const conf::WhyNot* why,
          const RenderOptions& options)
      : request_(request), effective_(effective), why_(why), pen_(options) {}

  std::string run() {
    pen_.line(pen_.dye(
        Ink::strong,
        fmt::format("{} {}://{}{}", pen_.safe(request_.method), request_.tls ? "https" : "http",
                    pen_.safe(request_.host), pen_.safe(request_.target))));
    const std::string client =
        request_.client.empty() ? "a client whose address is not given (--from)" : request_.client;
    pen_.line("from " + pen_.safe(client));
    virtual_host();
    mapping();
    sections();
    access();
    outcome();
    doubts();
    why_not();
    return pen_.take();
  }

 private:
  static constexpr size_t kPlaceColumn = 46;

  void title(const char* text) {
    pen_.line();
    pen_.line(pen_.dye(Ink::strong, fmt::format("{}. {}", ++stage_, text)));
  }
  static std::string place(const conf::Place& where) {
    if (where.file.empty()) return "";
    return where.line == 0 ? where.file : fmt::format("{}:{}", where.file, where.line);
  }
  // A text of the configuration with the place where it stands.
  void row(size_t indent, std::string_view text, const conf::Place& where) {
    const std::string at = place(where);
    const std::string left = std::string(indent, ' ') + pen_.safe(text);
    if (at.empty()) return pen_.line(left);
    const size_t gap = left.size() + 2 < kPlaceColumn ? kPlaceColumn - left.size() : 2;
    pen_.line(left + std::string(gap, ' ') + pen_.dye(Ink::faint, pen_.safe(at)));
  }

  void virtual_host() {
    title("The virtual host");
    row(3, effective_.vhost, effective_.vhost_place);
    pen_.line("   because " + pen_.safe(effective_.vhost_because));
  }

  void mapping() {
    title("From the URL to a file");
    for (const conf::Step& step : effective_.mapping) {
      row(3, fmt::format("{}: {}", step.what, step.result), {});
      if (step.by && !step.by->text.empty())
        row(6, step.by->text, step.by->place);
      else if (step.by)
        row(6, "", step.by->place);
    }
  }

  void sections() {
    title("The sections that apply, each over the ones before it");
    for (const conf::AppliedSection& section : effective_.sections) {
      if (section.settings.empty()) continue;
      const bool own = section.kind == "server" || section.kind == ".htaccess";
      row(3,
          own ? section.kind + " " + section.name
              : fmt::format("<{}{}{}>", section.kind, section.name.empty() ? "" : " ",
                            section.name),
          section.place);
      for (const conf::Setting& setting : section.settings) {
        row(6, setting.said.text, setting.said.place);
        for (const conf::Said& said : setting.overrode) {
          row(8, "instead of " + said.text, said.place);
        }
      }
    }
  }

  void access() {
    title("Who is let in");
    for (const conf::Reason& reason : effective_.because) {
      const std::string text = reason.by ? reason.by->text : std::string();
      std::string told =
          reason.outcome.empty() ? text : fmt::format("{}: {}", reason.outcome, text);
      row(3, told, reason.by ? reason.by->place : conf::Place{});
      if (!reason.why.empty()) row(6, reason.why, {});
    }
    pen_.line("   " + pen_.dye(Ink::strong, fmt::format("access {}", name_of(effective_.access))));
  }

  void outcome() {
    title("What comes of it");
    const std::string status = effective_.status ? std::to_string(*effective_.status) : "unknown";
    pen_.line("   " + pen_.dye(Ink::strong, "status " + status));
    if (effective_.location) row(3, "location " + *effective_.location, {});
    if (effective_.handler) row(3, "handler " + *effective_.handler, {});
    if (effective_.file) row(3, "file " + *effective_.file, {});
    for (const conf::HeaderLine& line : effective_.headers) {
      row(3, fmt::format("header {}: {}", line.name, line.value), line.by.place);
    }
  }

  void doubts() {
    if (effective_.doubts.empty()) return;
    title("What is not known");
    for (const conf::Doubt& doubt : effective_.doubts) {
      row(3, fmt::format("{}: {}", doubt.about, doubt.cause), doubt.place);
    }
  }

  void why_not() {
    if (why_ == nullptr) return;
    title(fmt::format("Why not {}", why_->wanted).c_str());
    if (why_->reached) return pen_.line("   it is");
    for (const conf::Obstacle& obstacle : why_->obstacles) {
      row(3, obstacle.what, {});
      if (obstacle.by) row(6, obstacle.by->text, obstacle.by->place);
      row(6, "to change that: " + obstacle.change, {});
    }
  }

  const conf::Request& request_;
  const conf::Effective& effective_;
  const conf::WhyNot* why_;
  Pen pen_;
  int stage_ = 0;
};

}  // namespace

std::string render_request(const Snapshot&, const conf::Request& request,
                           const conf::Effective& effective, const conf::WhyNot* why_not,
                           TextFormat format, const RenderOptions& options) {
  if (format == TextFormat::json) return to_json(request, effective, why_not);
  RenderOptions plain = options;
  if (format == TextFormat::markdown) plain.colour = false;
  const std::string picture = Picture(request, effective, why_not, plain).run();
  return format == TextFormat::markdown ? "```text\n" + picture + "```\n" : picture;
}

}  // namespace stockade::report
