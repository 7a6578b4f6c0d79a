#include "conf/effective/handler.h"

#include <map>

#include "base/text.h"
#include "conf/checks/words_in.h"

namespace stockade::conf {

namespace {

using Handlers = std::map<std::string, Found, std::less<>>;

std::string extension_of(std::string_view word) {
  if (word.starts_with('.')) word.remove_prefix(1);
  return lower(word);
}

// Extension -> the AddHandler or AddType that gives it; a section's Remove* take the outer ones.
Handlers by_extension(const Layers& layers, std::string_view add, std::string_view remove) {
  Handlers handlers;
  for (const Layer& layer : layers) {
    for (const Directive& d : layer.body) {
      if (d.section || !d.is(remove)) continue;
      for (const Word& word : d.words) handlers.erase(extension_of(word.text));
    }
    for (const Directive& d : layer.body) {
      if (d.section || !d.is(add)) continue;
      for (size_t i = 1; i < d.words.size(); ++i) {
        handlers[extension_of(d.arg(i))] = Found{&d, &layer};
      }
    }
  }
  return handlers;
}

std::vector<std::string> extensions_of(std::string_view name) {
  while (name.starts_with('.')) name.remove_prefix(1);
  std::vector<std::string> extensions;
  const auto parts = split(name, '.');
  for (size_t i = 1; i < parts.size(); ++i) extensions.push_back(lower(parts[i]));
  return extensions;
}

// Types that are handlers' names of old.
constexpr std::string_view kMagicTypes =
    "application/x-httpd-cgi|text/x-server-parsed-html|text/x-server-parsed-html3|"
    "httpd/send-as-is|application/x-type-map|httpd/unix-directory|message/http|"
    "application/x-httpd-php|application/x-httpd-ea-php";

bool may_run(std::string_view type) {
  return is_one_of(type, kMagicTypes) || starts_with_ignoring_case(type, "application/x-httpd");
}

class Chooser {
 public:
  Chooser(const World& world, Pass& pass) : world_(world), pass_(pass) {}

  void run() {
    if (pass_.kind != FileKind::directory && world_.config.has_module("mime_module")) by_name();
    const Found set = last_in(pass_.layers, "SetHandler");
    const Found type = last_in(pass_.layers, "ForceType");
    if (type && may_run(type.directive->arg(0))) wonder("ForceType", type);
    if (!set) return;
    const std::string_view name = set.directive->arg(0);
    if (name.find('%') != std::string_view::npos || starts_with_ignoring_case(name, "expr=")) {
      return wonder("SetHandler with an expression", set);
    }
    if (equals_ignoring_case(name, "None")) return;
    pass_.handler = name;
    pass_.steps.push_back({"SetHandler", pass_.handler, said(set)});
  }

 private:
  void wonder(const std::string& what, const Found& found) {
    pass_.doubts.push_back({"handler", what + " is not evaluated", said(found).place});
  }

  void by_name() {
    const Handlers handlers = by_extension(pass_.layers, "AddHandler", "RemoveHandler");
    const Handlers types = by_extension(pass_.layers, "AddType", "RemoveType");
    for (const std::string& extension : extensions_of(file_name(pass_.filename))) {
      if (const auto type = types.find(extension); type != types.end()) {
        if (may_run(type->second.directive->arg(0))) wonder("AddType of a handler", type->second);
      }
      const auto found = handlers.find(extension);
      if (found == handlers.end() || pass_.script_alias) continue;
      pass_.handler = lower(found->second.directive->arg(0));
      pass_.steps.push_back({"AddHandler", pass_.handler, said(found->second)});
    }
  }

  const World& world_;
  Pass& pass_;
};

Answered unknown(std::string cause) { return {0, "", std::move(cause), {}}; }
Answered status(int code) { return {code, "", "", {}}; }

bool reads(std::string_view method) { return method == "GET" || method == "HEAD"; }

// core's own handler.
Answered send_file(const Pass& pass, std::string_view method) {
  if (reads(method) || method == "POST") {
    if (pass.kind != FileKind::regular) return status(404);
    const Found accept = last_in(pass.layers, "AcceptPathInfo");
    const bool accepts = accept && accept.directive->has_arg("On");
    if (!pass.path_info.empty() && !accepts) return status(404);
    if (!pass.readable) return unknown("whether httpd's user can read " + pass.filename);
    return {200, pass.filename, "", {}};
  }
  if (method == "OPTIONS") return status(200);
  return status(405);
}

Answered list_folder(const World& world, const Pass& pass, std::string_view method) {
  if (!world.config.has_module("autoindex_module") || !reads(method))
    return send_file(pass, method);
  if (!options_of(pass.layers).has(Options::kIndexes)) return status(403);
  if (!pass.readable) return unknown("whether httpd's user can read " + pass.filename);
  return {200, pass.filename, "", {}};
}

Answered run_script(const World& world, const Pass& pass) {
  const bool has_cgi =
      world.config.has_module("cgi_module") || world.config.has_module("cgid_module");
  if (!has_cgi) return unknown("no module for cgi-script is loaded");
  if (!options_of(pass.layers).has(Options::kExecCgi) && !pass.script_alias) return status(403);
  if (pass.kind == FileKind::none) return status(404);
  if (pass.kind == FileKind::directory) return status(403);
  return unknown("the program's answer");
}

}  // namespace

void choose_handler(const World& world, Pass& pass) { Chooser(world, pass).run(); }

Answered answer(const World& world, const Pass& pass, std::string_view method) {
  if (pass.proxied) return unknown("the answer of the server behind the proxy");
  const std::string& handler = pass.handler;
  if (handler == "cgi-script") return run_script(world, pass);
  if (handler.empty() && pass.kind == FileKind::directory) return list_folder(world, pass, method);
  if (handler.empty() || handler == "default-handler") return send_file(pass, method);
  const bool status_page = handler == "server-status" && world.config.has_module("status_module");
  const bool info_page = handler == "server-info" && world.config.has_module("info_module");
  if (status_page || info_page) return reads(method) ? status(200) : send_file(pass, method);
  return unknown("the answer of the handler " + handler);
}

}  // namespace stockade::conf
