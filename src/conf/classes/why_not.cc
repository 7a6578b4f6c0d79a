#include "conf/classes/why_not.h"

#include <cerrno>

#include "base/text.h"
#include "conf/checks/words_in.h"

namespace stockade::conf {

namespace {

bool is_success(int status) { return status >= 200 && status < 300; }
class Asker {
 public:
  Asker(const World& world, const Request& request, const Effective& effective, int wanted)
      : world_(world), request_(request), effective_(effective) {
    out_.wanted = wanted;
    out_.known = effective.status.has_value();
    out_.reached = effective.status == wanted;
  }

  WhyNot run() {
    if (out_.reached) return std::move(out_);
    unknown();
    const int wanted = out_.wanted;
    if (is_success(wanted)) {
      early_end();
      access();
      missing_file();
      method();
    } else if (is_redirect(wanted)) {
      no_redirect();
    } else if (wanted == 401) {
      early_end();
      no_login();
    } else if (wanted == 403) {
      early_end();
      no_denial();
    } else if (wanted == 404) {
      early_end();
      access();
      file_is_there();
    }
    if (out_.obstacles.empty()) other();
    return std::move(out_);
  }

 private:
  void add(std::string what, std::string change, std::optional<Said> by = std::nullopt) {
    out_.obstacles.push_back({std::move(what), std::move(change), std::move(by)});
  }
  std::string got() const {
    return effective_.status ? std::to_string(*effective_.status) : "an unknown status";
  }
  // The last line on the way to a file.
  std::optional<Said> mapped_by() const {
    std::optional<Said> by;
    for (const Step& step : effective_.mapping) {
      if (step.by && step.by->place.line != 0) by = step.by;
    }
    return by;
  }
  const Setting* in_force(std::string_view name) const {
    const Setting* found = nullptr;
    for (const AppliedSection& section : effective_.sections) {
      for (const Setting& setting : section.settings) {
        const std::string_view text = setting.said.text;
        if (equals_ignoring_case(text.substr(0, text.find(' ')), name)) found = &setting;
      }
    }
    return found;
  }
  std::optional<Said> line_of(std::string_view name) const {
    const Setting* setting = in_force(name);
    return setting == nullptr ? std::nullopt : std::optional(setting->said);
  }

  void unknown() {
    for (const Doubt& doubt : effective_.doubts) {
      std::optional<Said> by;
      if (!doubt.place.file.empty()) by = Said{doubt.place, ""};
      add("not known: " + doubt.cause, "only httpd itself can tell", std::move(by));
    }
  }

  // What answers before anybody asks who may come in.
  void early_end() {
    for (const Step& step : effective_.mapping) {
      if (step.what == "decode" && step.result.find(" for ") != std::string::npos) {
        add("httpd refuses the path itself: " + step.result, "ask for another path", step.by);
      } else if (step.what == "walk") {
        add("the way to the file ends: " + step.result,
            "change the line or the folder that ends it", step.by);
      }
    }
    if (effective_.access != Decision::unknown || !effective_.status) return;
    const int status = *effective_.status;
    if (is_redirect(status)) {
      add("the answer is a redirect (" + got() +
              (effective_.location ? " to " + *effective_.location : "") +
              "), before access or files are looked at",
          "take this line out, or narrow it so that it leaves out " + request_.target, mapped_by());
    } else if (status >= 400 && out_.obstacles.empty()) {
      add("this line answers " + got() + " before access or files are looked at",
          "take it out, or narrow it so that it leaves out " + request_.target, mapped_by());
    }
  }

  void access() {
    if (effective_.access == Decision::auth) {
      add("a user has to log in", "send a user and password that are good, or require no user here",
          line_of("Require"));
      return;
    }
    if (effective_.access != Decision::denied) return;
    bool told = false;
    for (const Reason& reason : effective_.because) {
      if (reason.outcome != "denied") continue;
      told = true;
      const std::string name =
          reason.by ? reason.by->text.substr(0, reason.by->text.find(' ')) : "";
      add("access is denied" + (reason.why.empty() ? "" : ": " + reason.why), remedy(name),
          reason.by);
    }
    if (!told) add("access is denied: nothing grants it", remedy("Require"), line_of("Require"));
  }

  std::string remedy(std::string_view name) const {
    const std::string client = request_.client.empty() ? "the client" : request_.client;
    if (is_one_of(name, "Deny|Allow|Order|Satisfy")) {
      return "replace Order, Allow and Deny here by a Require that lets " + client + " in";
    }
    if (is_one_of(name, "AuthType")) return "say with Require who is let in";
    return "let " + client + " in here, or in a section that is merged after this one";
  }

  void missing_file() {
    if (!effective_.file || effective_.handler == "proxy-server") return;
    const auto status = world_.files.status(*effective_.file);
    const bool scripted = effective_.handler && *effective_.handler != "default-handler" &&
                          *effective_.handler != "httpd/unix-directory";
    if (!status) {
      if (scripted && effective_.handler != "cgi-script") return;
      if (status.error().code == ENOENT || status.error().code == ENOTDIR) {
        add("there is no " + *effective_.file, "put the file there, or map the URL elsewhere",
            mapped_by());
      }
      return;
    }
    if (status->type == FileType::directory && !scripted) folder();
    if (status->type == FileType::regular && (status->mode & 0004) == 0 &&
        effective_.status == 403) {
      add(*effective_.file + " is not readable for everybody", "make it readable for httpd's user");
    }
  }

  void folder() {
    if (effective_.status && is_redirect(*effective_.status)) {
      add("a folder is answered with a redirect to its name with a slash",
          "ask for " + request_.target.substr(0, request_.target.find('?')) + "/",
          line_of("DirectorySlash"));
      return;
    }
    if (effective_.access != Decision::granted) return;
    add("the folder has no index file that DirectoryIndex names",
        "put one there, or name one that is there", line_of("DirectoryIndex"));
    add("and no listing is made of it", "Options +Indexes would list every name in it",
        line_of("Options"));
  }

  void method() {
    if (effective_.status != 405 && effective_.status != 501) return;
    add("nothing takes " + request_.method + " here",
        "ask with GET, or set a handler that takes it", line_of("AllowMethods"));
  }

  void no_redirect() {
    add("no Redirect, RedirectMatch or RewriteRule in effect sends " + request_.target +
            " elsewhere with " + std::to_string(out_.wanted),
        "add one that matches, before what answers now", mapped_by());
  }

  void no_login() {
    if (effective_.access == Decision::denied) return access();
    if (effective_.access == Decision::granted) {
      add("everybody is let in without a user",
          "require valid-user here, with AuthType and AuthName", granted_by());
    }
  }

  std::optional<Said> granted_by() const {
    std::optional<Said> by;
    for (const Reason& reason : effective_.because) {
      if (reason.by && reason.outcome == "granted") by = reason.by;
    }
    return by;
  }

  void no_denial() {
    if (effective_.access == Decision::granted) {
      add("access is granted", "deny it here, or in a section that is merged after this one",
          granted_by());
    } else if (effective_.access == Decision::auth) {
      add("a user is asked for instead of being refused", "require something that no user meets",
          line_of("Require"));
    }
  }

  void file_is_there() {
    if (effective_.file && world_.files.status(*effective_.file)) {
      add("the file is there: " + *effective_.file, "move it away, or map the URL elsewhere",
          mapped_by());
    }
  }

  void other() {
    add("httpd answers " + got() + " instead",
        "nothing in the configuration was found that decides "
        "between the two",
        mapped_by());
  }

  const World& world_;
  const Request& request_;
  const Effective& effective_;
  WhyNot out_;
};

}  // namespace

WhyNot why_not(const World& world, const Request& request, const Effective& effective, int wanted) {
  return Asker(world, request, effective, wanted).run();
}

}  // namespace stockade::conf
