#include "comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/live_file_system.h"
#include "base/text.h"
#include "conf/effective/effective.h"
#include "conf/evaluate.h"

namespace stockade::effective {
namespace {

conf::Request as_request(const SiteRequest& from, uint16_t port) {
  conf::Request request;
  request.address = "127.0.0.1";
  request.port = port;
  request.host = from.host;
  request.host_port = port;
  request.method = from.method;
  request.target = from.target;
  request.client = from.client;
  request.headers = from.headers;
  return request;
}

// What Stockade reads of a site that stands on the disk.
struct Reading {
  explicit Reading(const SiteTree& tree) {
    conf::Environment environment;
    environment.config_file = tree.config_file();
    environment.server_root = tree.directory();
    environment.built_in_modules = conf::default_built_in_modules();
    config = conf::evaluate(files, environment);
    servers = conf::collect_servers(config);
  }
  conf::Effective predict(const conf::Request& request) const {
    return conf::predict({config, servers, files, 20471, {"oracle_module"}}, request);
  }
  LiveFileSystem files;
  conf::Config config;
  conf::Servers servers;
};

std::vector<std::string> lines_named(const std::vector<std::pair<std::string, std::string>>& all,
                                     std::string_view prefix) {
  std::vector<std::string> found;
  for (const auto& [name, value] : all) {
    if (lower(name).starts_with(prefix)) found.push_back(lower(name) + ": " + value);
  }
  std::stable_sort(found.begin(), found.end(), [](const std::string& a, const std::string& b) {
    return a.substr(0, a.find(':')) < b.substr(0, b.find(':'));
  });
  return found;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : " | ") + part;
  return all;
}

// Passed on to a server that nobody here answers for: what httpd passes on is known all the same.
bool is_passed_on(const conf::Effective& predicted) {
  return predicted.passed_to && predicted.doubts.size() == 1 &&
         predicted.doubts[0].about == "status";
}

bool has_doubt(const conf::Effective& predicted, std::string_view about) {
  for (const conf::Doubt& doubt : predicted.doubts) {
    if (doubt.about.starts_with(about)) return true;
  }
  return false;
}

std::string headers_difference(const conf::Effective& predicted, const Response& response) {
  if (has_doubt(predicted, "header")) return "";
  std::vector<std::pair<std::string, std::string>> expected;
  for (const conf::HeaderLine& line : predicted.headers)
    expected.emplace_back(line.name, line.value);
  for (const char* name : {"x-a", "x-b", "x-c"}) {
    const std::string ours = joined(lines_named(expected, name));
    const std::string theirs = joined(lines_named(response.in_order, name));
    if (ours != theirs) return fmt::format("headers '{}', httpd sent '{}'", ours, theirs);
  }
  return "";
}

std::string oracle_header(const Response& response, const char* name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? "" : found->second;
}

// A file's text is its own path.
std::string real_path(const std::string& file) {
  std::error_code failed;
  const auto real = std::filesystem::canonical(file, failed);
  return failed ? file : real.string();
}

// "" where what is predicted is what came.
std::string difference(const conf::Effective& predicted, const SiteRequest& request,
                       const Response& response) {
  const std::string vhost = oracle_header(response, "x-oracle-vhost");
  if (!vhost.empty() && !has_doubt(predicted, "vhost") &&
      vhost != std::to_string(predicted.vhost_place.line)) {
    return fmt::format("vhost of line {}, httpd took line {}", predicted.vhost_place.line, vhost);
  }
  if (is_passed_on(predicted) && !vhost.empty()) {
    const std::string url =
        "proxy:" + predicted.passed_to->substr(0, predicted.passed_to->find('?'));
    const std::string file = oracle_header(response, "x-oracle-file");
    if (file.substr(0, file.find('?')) != url) {
      return fmt::format("passed on to {}, httpd took {} and answered {}", url, file,
                         response.status);
    }
  }
  if (!predicted.status) return "";
  if (*predicted.status != response.status) {
    return fmt::format("status {}, httpd answered {}", *predicted.status, response.status);
  }
  if (predicted.location && oracle_header(response, "location") != *predicted.location) {
    return fmt::format("location {}, httpd sent {}", *predicted.location,
                       oracle_header(response, "location"));
  }
  const bool sent = response.status == 200 && (request.method == "GET" || request.method == "POST");
  if (sent && predicted.file && predicted.handler == "default-handler" &&
      response.body != real_path(*predicted.file)) {
    return fmt::format("file {}, httpd sent '{}'", *predicted.file, response.body.substr(0, 200));
  }
  if (response.status == 200 && predicted.handler && !vhost.empty()) {
    const std::string file = oracle_header(response, "x-oracle-file");
    if (predicted.file && file != *predicted.file) {
      return fmt::format("file {}, httpd took {}", *predicted.file, file);
    }
  }
  return headers_difference(predicted, response);
}

}  // namespace

Comparison compare(const Site& site, SiteTree& tree) {
  Comparison result;
  tree.fill(site);
  const Reading reading(tree);
  const LiveHttpd httpd(tree);
  const conf::Problem* problem = reading.config.verdict();
  if (!httpd.running() || problem != nullptr) {
    result.difference =
        fmt::format("httpd runs: {}, ours: {}\n{}", httpd.running(),
                    problem == nullptr ? "fine" : problem->message, httpd.complaint());
    return result;
  }
  for (size_t i = 0; i < site.requests.size(); ++i) {
    SiteRequest request = site.requests[i];
    const conf::Effective predicted = reading.predict(as_request(request, tree.port()));
    Response response = httpd.ask(request);
    // A busy machine may be too slow once.
    for (int tries = 0; tries < 3 && !response.received; ++tries) response = httpd.ask(request);
    ++result.asked;
    const bool known = predicted.status || is_passed_on(predicted);
    if (!known) {
      ++result.unknown;
      for (const conf::Doubt& doubt : predicted.doubts) ++result.causes[doubt.cause];
    }
    const std::string wrong =
        response.received ? difference(predicted, request, response) : "no answer came";
    if (!wrong.empty()) {
      result.difference = wrong + "\n" + httpd.complaint();
      result.failed = i;
      return result;
    }
    if (known) ++result.agreed;
  }
  return result;
}

namespace {

// Where the section that `first` opens ends.
size_t end_of_block(const std::vector<std::string>& lines, size_t first) {
  const std::string& tag = lines[first];
  if (!tag.starts_with('<') || tag.starts_with("</") || tag.find('\n') != std::string::npos) {
    return first;
  }
  const std::string name = tag.substr(1, tag.find_first_of(" >") - 1);
  size_t depth = 0;
  for (size_t i = first; i < lines.size(); ++i) {
    if (lines[i].starts_with("<" + name + " ") || lines[i] == "<" + name + ">") ++depth;
    if (lines[i] == "</" + name + ">" && --depth == 0) return i;
  }
  return first;
}

}  // namespace

Site shrink(Site site, size_t failed, SiteTree& tree) {
  site.requests = {site.requests[failed]};
  const auto fails = [&tree](const Site& smaller) {
    const Comparison result = compare(smaller, tree);
    return !result.difference.empty() && !result.difference.starts_with("httpd runs");
  };
  for (size_t i = site.files.size(); i-- > 0;) {
    Site smaller = site;
    smaller.files.erase(smaller.files.begin() + static_cast<std::ptrdiff_t>(i));
    if (fails(smaller)) site = smaller;
  }
  for (size_t i = 0; i < site.lines.size();) {
    Site smaller = site;
    if (site.lines[i].starts_with("</")) {
      ++i;
      continue;
    }
    const auto from = smaller.lines.begin() + static_cast<std::ptrdiff_t>(i);
    smaller.lines.erase(from,
                        from + static_cast<std::ptrdiff_t>(end_of_block(site.lines, i) - i + 1));
    if (fails(smaller)) {
      site = smaller;
    } else {
      ++i;
    }
  }
  return site;
}

}  // namespace stockade::effective
