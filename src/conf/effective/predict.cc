#include <fmt/format.h>

#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/effective/choose_server.h"
#include "conf/effective/handler.h"
#include "conf/effective/index_file.h"
#include "conf/effective/known_directives.h"
#include "conf/effective/pass.h"
#include "conf/effective/report_sections.h"
#include "conf/effective/response_headers.h"

namespace stockade::conf {

namespace {

constexpr std::string_view kMethods = "GET|HEAD|POST|PUT|DELETE|OPTIONS";

bool is_error(int status) { return status >= 400; }

class Predictor {
 public:
  Predictor(const World& world, const Request& request)
      : world_(world), request_(request), facts_(world, request) {}

  Effective run() {
    choose();
    look_for_modules();
    look_at_request();
    pass_ = run_pass(world_, facts_, raw_path(), nullptr);
    go_on();
    facts_.method = request_.method;
    finish();
    look_for_cache();
    return std::move(out_);
  }

 private:
  void look_for_more() {
    if (!pass_.known() || pass_.status != 0) return;
    look_for_index(world_, pass_, facts_);
    if (pass_.known()) force_handler(pass_);
  }

  // Internal redirects of rewrite rules, each a request of its own.
  void go_on() {
    constexpr int kMost = 10;  // LimitInternalRecursion
    look_for_more();
    for (int count = 0; pass_.again && pass_.known(); ++count) {
      if (count == kMost) {
        pass_.again.reset();
        pass_.status = 500;
        pass_.steps.push_back({"rewrite", "500: more than 10 internal redirects", {}});
        return;
      }
      Pass before = std::move(pass_);
      facts_.method = request_.method;
      facts_.query = before.again->second;
      facts_.rename_environment();
      pass_ = run_pass(world_, facts_, before.again->first, nullptr, &before);
      pass_.steps.insert(pass_.steps.begin(), before.steps.begin(), before.steps.end());
      pass_.configs.insert(pass_.configs.end(), before.configs.begin(), before.configs.end());
      look_for_more();
    }
  }

  void wonder(std::string about, std::string cause, Place place = {}) {
    out_.doubts.push_back({std::move(about), std::move(cause), std::move(place)});
  }

  // Of several slashes in front httpd keeps the last.
  std::string raw_path() const {
    std::string path = request_.target.substr(0, request_.target.find('?'));
    const size_t first = path.find_first_not_of('/');
    const size_t slashes = first == std::string::npos ? path.size() : first;
    return slashes > 1 ? path.substr(slashes - 1) : path;
  }

  void choose() {
    const ChosenServer chosen = choose_server(world_.servers, request_);
    facts_.server = chosen.server;
    facts_.method = request_.method;
    const size_t mark = request_.target.find('?');
    if (mark != std::string::npos) facts_.query = request_.target.substr(mark + 1);
    out_.vhost = chosen.server->label;
    out_.vhost_because = chosen.because;
    if (!chosen.server->is_main()) {
      out_.vhost_place = place_of(world_.config, *chosen.server->section);
    }
    if (!chosen.doubt.empty()) wonder("vhost", chosen.doubt);
  }

  // A module that nobody here knows may do anything to a request.
  void look_for_modules() {
    for (const LoadedModule& module : world_.config.modules) {
      const bool inert = std::find(world_.inert_modules.begin(), world_.inert_modules.end(),
                                   module.identifier) != world_.inert_modules.end();
      if (find_module(module.identifier) != nullptr || inert) continue;
      wonder("module", std::string(module.identifier) + " may do anything to a request",
             module.directive == nullptr ? Place{} : place_of(world_.config, *module.directive));
    }
    for (const Directive* d : world_.config.all("RegexDefaultOptions")) {
      wonder("effect", "RegexDefaultOptions is not evaluated", place_of(world_.config, *d));
    }
  }

  // What is told is the answer to a first request.
  void look_for_cache() {
    if (const Found cache = last_in(pass_.layers, "CacheEnable")) {
      wonder("cache", "an answer that was cached before is sent without looking again",
             said(cache).place);
    }
  }

  void look_at_request() {
    const Directive* engine = facts_.server->last("SSLEngine");
    const bool tls = engine != nullptr && !engine->has_arg("off");
    if (tls != request_.tls) {
      wonder("tls", tls ? "the virtual host speaks TLS and the request does not"
                        : "the request speaks TLS and the virtual host does not");
    }
    if (!is_one_of(request_.method, kMethods)) {
      wonder("method", "what " + request_.method + " does is not evaluated");
    }
    if (request_.host.empty()) wonder("host", "a request without Host is not evaluated");
  }

  void finish() {
    out_.mapping = pass_.steps;
    out_.sections = report_sections(pass_.layers);
    out_.because = pass_.access.because;
    out_.access = pass_.access.decision;
    for (const Doubt& doubt : pass_.doubts) out_.doubts.push_back(doubt);
    if (!out_.doubts.empty()) return;
    if (!pass_.filename.empty() && !pass_.proxied) out_.file = pass_.filename;
    if (!pass_.passed_to.empty()) out_.passed_to = pass_.passed_to;
    if (pass_.status == 0) {
      ask_handler();
    } else {
      out_.status = pass_.status;
    }
    if (!out_.status) return;
    if (is_redirect(*out_.status)) set_location();
    if (is_error(*out_.status)) look_for_error_document();
    if (out_.status) set_headers();
  }

  void ask_handler() {
    const Answered answered = answer(world_, pass_, request_.method);
    out_.handler =
        pass_.handler.empty()
            ? (pass_.kind == FileKind::directory ? "httpd/unix-directory" : "default-handler")
            : pass_.handler;
    if (!answered.doubt.empty()) return wonder("status", answered.doubt, answered.doubt_place);
    out_.status = answered.status;
    from_handler_ = true;
  }

  void set_location() {
    if (pass_.location_known) {
      out_.location = pass_.location;
    } else {
      wonder("location", "the name or port that httpd puts into it is not known");
    }
  }

  void look_for_error_document() {
    Found document;
    for (const Found& found : all_in(pass_.layers, "ErrorDocument")) {
      if (found.directive->arg(0) == std::to_string(*out_.status)) document = found;
    }
    if (!document || equals_ignoring_case(document.directive->arg(1), "default")) return;
    const std::string_view target = document.directive->arg(1);
    if (target.find("%{") != std::string_view::npos) {
      out_.status.reset();
      return wonder("status", "an expression in ErrorDocument", said(document).place);
    }
    if (target.find("://") != std::string_view::npos) {
      if (*out_.status == 401) return;
      out_.status = 302;
      out_.location = target;
      return;
    }
    if (target.starts_with('/')) show_error_document(document, std::string(target));
  }

  // An internal redirect: the status stays, the sections are those of the document.
  void show_error_document(const Found& document, const std::string& target) {
    RequestFacts sub = facts_;
    sub.method = request_.method == "HEAD" ? "HEAD" : "GET";
    sub.rename_environment();
    const size_t mark = target.find('?');
    sub.query = mark == std::string::npos ? "" : target.substr(mark + 1);
    Pass shown = run_pass(world_, sub, target.substr(0, target.find('?')), nullptr, &pass_);
    const bool plain = shown.known() && !shown.rewritten && !shown.again && !shown.proxied &&
                       shown.kind == FileKind::regular &&
                       (shown.status == 0 || is_error(shown.status)) &&
                       (shown.handler.empty() || shown.handler == "default-handler");
    const bool missing = shown.known() && !shown.rewritten && !shown.again &&
                         shown.kind == FileKind::none && shown.handler.empty() && !shown.proxied &&
                         (shown.status == 0 || is_error(shown.status));
    if (!plain && !missing) {
      out_.status.reset();
      return wonder("status", "what the ErrorDocument " + target + " does", said(document).place);
    }
    out_.mapping.push_back({"ErrorDocument", target, said(document)});
    if (plain && shown.status == 0) {
      shown_ = std::move(shown);
      shown_facts_ = std::move(sub);
    } else {
      headers_doubt_ = "an ErrorDocument that cannot be shown";
    }
  }

  void set_headers() {
    if (!headers_doubt_.empty()) return wonder("headers", headers_doubt_);
    const bool normal = !is_error(*out_.status) && !is_redirect(*out_.status);
    const ResponseHeaders headers = shown_ ? response_headers(shown_->layers, *shown_facts_, true)
                                           : response_headers(pass_.layers, facts_, normal);
    out_.headers = headers.lines;
    for (const Doubt& doubt : headers.doubts) out_.doubts.push_back(doubt);
  }

  const World& world_;
  const Request& request_;
  RequestFacts facts_;
  Pass pass_;
  Effective out_;
  std::string headers_doubt_;
  std::optional<Pass> shown_;  // a local ErrorDocument
  std::optional<RequestFacts> shown_facts_;
  bool from_handler_ = false;
};

}  // namespace

Effective predict(const World& world, const Request& request) {
  return Predictor(world, request).run();
}

const char* name_of(Decision decision) {
  switch (decision) {
    case Decision::granted:
      return "granted";
    case Decision::denied:
      return "denied";
    case Decision::auth:
      return "auth";
    case Decision::unknown:
      break;
  }
  return "unknown";
}

}  // namespace stockade::conf
