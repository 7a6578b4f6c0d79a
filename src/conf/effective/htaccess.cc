#include "conf/effective/htaccess.h"

#include <fmt/format.h>

#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/evaluate.h"

namespace stockade::conf {

namespace {

constexpr std::string_view kWrapper = "/.stockade-wrapper.conf";

// The machine's files, and one more that puts the .htaccess into the section it counts for.
class Wrapped : public FileSystem {
 public:
  Wrapped(const FileSystem& files, std::string text) : files_(files), text_(std::move(text)) {}
  Result<std::string> read(std::string_view path, uint64_t limit) const override {
    if (path == kWrapper) return text_;
    return files_.read(path, limit);
  }
  Result<std::vector<std::string>> list(std::string_view path) const override {
    return files_.list(path);
  }
  Result<FileStatus> status(std::string_view path) const override {
    if (path == kWrapper) return FileStatus{FileType::regular, 0644, 0, 0, text_.size()};
    return files_.status(path);
  }
  Result<FileStatus> link_status(std::string_view path) const override {
    if (path == kWrapper) return status(path);
    return files_.link_status(path);
  }
  Result<std::string> link_target(std::string_view path) const override {
    return files_.link_target(path);
  }

 private:
  const FileSystem& files_;
  std::string text_;
};

unsigned class_bit(OverrideClass override_class) {
  switch (override_class) {
    case OverrideClass::auth_config:
      return Override::kAuthConfig;
    case OverrideClass::file_info:
      return Override::kFileInfo;
    case OverrideClass::indexes:
      return Override::kIndexes;
    case OverrideClass::limit:
      return Override::kLimit;
    case OverrideClass::options:
      return Override::kOptions;
    case OverrideClass::any:
      return Override::kAll;
    case OverrideClass::none:
      return 0;
  }
  return 0;
}

bool is_listed(const Override& allowed, const Directive& d) {
  for (const std::string& name : allowed.list) {
    if (equals_ignoring_case(name, d.name)) return true;
  }
  return false;
}

class Judge {
 public:
  Judge(const Override& allowed, Htaccess& out) : allowed_(allowed), out_(out) {}

  void walk(Children body) {
    for (const Directive& d : body) {
      judge(d);
      if (d.section) walk(children_of(d));
    }
  }

 private:
  void refuse(const Directive& d, std::string why) {
    if (out_.status != 0) return;
    out_.status = 500;
    out_.refusal = std::move(why);
    out_.place = place_of(*out_.config, d);
  }
  void wonder(const Directive& d, std::string why) {
    if (!out_.doubt.empty()) return;
    out_.doubt = std::move(why);
    out_.place = place_of(*out_.config, d);
  }

  void judge(const Directive& d) {
    if (d.info == nullptr || d.id == kUnknownDirective) {
      if (allowed_.non_fatal_unknown) return wonder(d, "AllowOverride Nonfatal=Unknown");
      return refuse(d, "no module knows " + std::string(d.name));
    }
    if ((d.info->contexts & kHtaccess) == 0) {
      return refuse(d, std::string(d.name) + " is not allowed in a .htaccess file");
    }
    if (is_listed(allowed_, d)) return;
    unsigned needed = class_bit(d.info->override_class);
    if (is_one_of(d.name, "Limit|LimitExcept")) needed |= Override::kLimit;
    const bool allowed = (needed & allowed_.classes) != 0;
    if (!allowed) {
      if (allowed_.non_fatal_override) return wonder(d, "AllowOverride Nonfatal=Override");
      return refuse(d, "AllowOverride does not open " + std::string(d.name));
    }
    if (d.is("Options") && !allowed_.all_options) {
      for (const Word& word : d.words) {
        if (contains_ignoring_case(word.text, "SymLinksIfOwnerMatch") ||
            contains_ignoring_case(word.text, "MultiViews")) {
          return refuse(d, "AllowOverride does not open Options " + std::string(word.text));
        }
      }
    }
    if (d.is("Options") && allowed_.options != ~0U)
      wonder(d, "AllowOverride Options= is not evaluated");
    if (d.section && !is_one_of(d.name,
                                "Files|FilesMatch|If|ElseIf|Else|RequireAll|RequireAny|"
                                "RequireNone|Limit|LimitExcept")) {
      wonder(d, "<" + std::string(d.name) + "> in a .htaccess file is not evaluated");
    }
  }

  const Override& allowed_;
  Htaccess& out_;
};

Environment environment_for(const World& world) {
  Environment environment;
  environment.config_file = std::string(kWrapper);
  environment.server_root = world.config.server_root;
  environment.version = world.version == 0 ? environment.version : world.version;
  environment.built_in_modules.clear();
  for (const LoadedModule& module : world.config.modules) {
    environment.built_in_modules.emplace_back(module.identifier);
  }
  for (const auto& [name, definition] : world.config.defines) {
    environment.variables[name] = definition.value;
    environment.defines.push_back(name);
  }
  return environment;
}

// A syntax error in the file, which the wrapper does not share.
void note_problems(const Config& config, const std::string& path, Htaccess& out) {
  for (const Problem& problem : config.problems) {
    if (problem.kind == Problem::Kind::warning) continue;
    if (problem.kind == Problem::Kind::uncertain) {
      out.doubt = problem.message;
    } else {
      out.status = 500;
      out.refusal = problem.message;
    }
    out.place = {path, problem.line};
    return;
  }
}

}  // namespace

void Override::merge(const Layer& layer) {
  for (const Directive& d : layer.body) {
    if (d.section) continue;
    if (d.is("AllowOverrideList")) {
      list.clear();
      listed = true;
      for (const Word& word : d.words) {
        if (!equals_ignoring_case(word.text, "None")) list.emplace_back(word.text);
      }
      listed = !list.empty();
    }
    if (!d.is("AllowOverride")) continue;
    *this = {0, ~0U, true, listed, list, false, false, true};
    for (const Word& word : d.words) {
      const std::string_view text = word.text;
      if (equals_ignoring_case(text, "All")) classes = kAll;
      if (equals_ignoring_case(text, "AuthConfig")) classes |= kAuthConfig;
      if (equals_ignoring_case(text, "FileInfo")) classes |= kFileInfo;
      if (equals_ignoring_case(text, "Indexes")) classes |= kIndexes;
      if (equals_ignoring_case(text, "Limit")) classes |= kLimit;
      if (starts_with_ignoring_case(text, "Options")) classes |= kOptions;
      // The word alone opens what "All" means, which is not every option.
      if (equals_ignoring_case(text, "Options")) all_options = false;
      if (starts_with_ignoring_case(text, "Options=")) options = 0;
      if (equals_ignoring_case(text, "Nonfatal=Override")) non_fatal_override = true;
      if (equals_ignoring_case(text, "Nonfatal=Unknown")) non_fatal_unknown = true;
      if (equals_ignoring_case(text, "Nonfatal=All")) non_fatal_override = non_fatal_unknown = true;
    }
  }
}

std::optional<Htaccess> read_htaccess(const World& world, const Override& allowed,
                                      const std::string& path, std::string_view directory) {
  const auto status = world.files.status(path);
  if (!status) {
    const int code = status.error().code;
    if (code == ENOENT || code == ENOTDIR) return std::nullopt;
    Htaccess unread;
    unread.doubt = status.error().message();
    unread.place = {path, 0};
    return unread;
  }
  const std::string text =
      fmt::format("<Directory \"{}\">\nInclude \"{}\"\n</Directory>\n", directory, path);
  const Wrapped files(world.files, text);
  Htaccess out;
  out.config = std::make_unique<Config>(evaluate(files, environment_for(world)));
  const Directive* section = nullptr;
  for (const Directive& d : out.config->top()) section = &d;
  if (section == nullptr || (status->mode & 0004) == 0 || status->type != FileType::regular) {
    out.doubt = "whether httpd can read it is not known";
    out.place = {path, 0};
    return out;
  }
  out.layer = {Walk::directory,  ".htaccess", path,
               out.config.get(), nullptr,     children_of(*section)};
  Judge(allowed, out).walk(out.layer.body);
  if (out.status == 0) note_problems(*out.config, path, out);
  if (out.status == 0 && out.config->files.size() != 2) out.doubt = "it includes other files";
  return out;
}

}  // namespace stockade::conf
