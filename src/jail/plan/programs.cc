// What the site itself runs: CGIs and what interprets them, log programs, maps that are programs.
#include <set>

#include "base/text.h"
#include "jail/plan/draft.h"
#include "jail/plan/trees.h"

namespace stockade::jail {
namespace {

constexpr int kMostScripts = 2000;

void plan_program(Draft& draft, const std::string& path, const std::string& why);

// "#!/usr/bin/env python3" -> the words.
std::vector<std::string> interpreter_of(std::string_view bytes) {
  std::vector<std::string> words;
  if (!bytes.starts_with("#!")) return words;
  for (const std::string_view word : split_words(bytes.substr(2, bytes.find('\n') - 2))) {
    words.emplace_back(word);
  }
  return words;
}

void plan_interpreter(Draft& draft, const std::vector<std::string>& words,
                      const std::string& script) {
  if (words.empty() || words[0].front() != '/') return;
  const std::string why = script + " is run by it";
  plan_program(draft, words[0], why);
  std::string_view name = file_name(words[0]);
  if (name == "env" && words.size() > 1) {
    for (const std::string_view place : {"/usr/local/bin/", "/usr/bin/", "/bin/"}) {
      const std::string path = std::string(place) + words[1];
      if (!draft.files().status(path)) continue;
      plan_program(draft, path, why);
      break;
    }
    name = words[1];
  }
  if (name.starts_with("perl")) plan_perl_tree(draft, why);
  if (name.starts_with("python")) plan_python_tree(draft, why);
  if (name == "sh" || name == "bash" || name == "dash") {
    draft.lose("a jail without a shell", script + " is a shell script");
  }
}

void plan_program(Draft& draft, const std::string& path, const std::string& why) {
  const auto bytes = draft.files().read(path, 512 << 20);
  if (!bytes) return draft.lose(path, bytes.error().cause + " (" + why + ")");
  draft.plan().runs_programs = true;
  if (is_elf(*bytes)) {
    draft.add_elf(ItemKind::tool, path, why);
  } else {
    draft.bind(ItemKind::tool, path, why);
    plan_interpreter(draft, interpreter_of(*bytes), path);
  }
}

void plan_script_directory(Draft& draft, const std::string& directory, const std::string& why,
                           int depth, int& budget) {
  const auto names = draft.files().list(directory);
  if (!names) return;
  for (const std::string& name : *names) {
    if (--budget < 0) return;
    const std::string path = directory + "/" + name;
    const auto status = draft.files().status(path);
    if (!status) continue;
    if (status->type == FileType::directory && depth > 0) {
      plan_script_directory(draft, path, why, depth - 1, budget);
    } else if (status->type == FileType::regular && (status->mode & 0111) != 0) {
      plan_program(draft, path, why);
    }
  }
}

void plan_scripts(Draft& draft, const std::string& directory, const std::string& why) {
  if (directory.size() < 2 || !draft.bind(ItemKind::tool, directory, why)) return;
  draft.plan().runs_programs = true;
  int budget = kMostScripts;
  plan_script_directory(draft, resolve_links(draft.files(), directory), why, 4, budget);
}

void plan_cgi(Draft& draft) {
  const auto& config = draft.snapshot().config;
  const bool runs_cgi = config.has_module("cgid_module") || config.has_module("cgi_module");
  if (!runs_cgi) return;
  draft.plan().workers_start_programs = config.has_module("cgi_module");
  for (const conf::Directive* d : config.all("ScriptAlias")) {
    const std::string_view path = d->words.size() == 2 ? d->arg(1) : d->arg(0);
    plan_scripts(draft, absolute_path(config.server_root, path), "ScriptAlias");
  }
  for (const conf::Directive* d : config.all("Options")) {
    bool allows = false;
    for (const conf::Word& word : d->words) {
      allows = allows || equals_ignoring_case(word.text, "ExecCGI") ||
               equals_ignoring_case(word.text, "+ExecCGI");
    }
    const conf::Directive* section = allows ? d->enclosing("Directory") : nullptr;
    if (section != nullptr && section->arg(0).starts_with('/'))
      plan_scripts(draft, std::string(section->arg(0)), "Options ExecCGI");
  }
}

// "|/usr/bin/rotatelogs -l x 86400", "||prog", "|$prog | other".
void plan_log_programs(Draft& draft) {
  for (const std::string_view directive : {"ErrorLog", "CustomLog", "TransferLog", "GlobalLog"}) {
    for (const conf::Directive* d : draft.snapshot().config.all(directive)) {
      std::string_view text = d->arg(0);
      if (!text.starts_with('|')) continue;
      const bool is_shell = text.starts_with("|$");
      text.remove_prefix(std::min(text.find_first_not_of("|$"), text.size()));
      const auto words = split_words(text);
      if (is_shell) {
        plan_program(draft, "/bin/sh", std::string(directive) + " with |$");
        draft.lose("a jail without a shell", std::string(directive) + " asks for one with |$");
      }
      if (words.empty() || words[0].front() != '/') continue;
      plan_program(draft, std::string(words[0]), std::string(directive) + " pipes into it");
      // What it writes to stands among its arguments.
      for (size_t i = 1; i < words.size(); ++i) {
        const std::string directory(parent_path(words[i]));
        if (words[i].front() == '/' && directory.starts_with("/var/log/"))
          draft.bind(ItemKind::log, directory,
                     std::string(directive) + " writes there by a program");
      }
    }
  }
}

}  // namespace

void plan_programs(Draft& draft) {
  plan_cgi(draft);
  plan_log_programs(draft);
  for (const conf::Directive* d : draft.snapshot().config.all("RewriteMap")) {
    if (d->arg(1).starts_with("prg:/"))
      plan_program(draft, std::string(d->arg(1).substr(4)), "RewriteMap " + std::string(d->arg(0)));
  }
  for (const conf::Directive* d : directives(draft.snapshot().config, "FcgidWrapper")) {
    if (d->arg(0).starts_with('/')) plan_program(draft, std::string(d->arg(0)), "FcgidWrapper");
  }
}

}  // namespace stockade::jail
