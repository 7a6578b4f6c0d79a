// The directives that httpd runs while it reads: Include, Define, LoadModule, ServerRoot.
#include "conf/include.h"
#include "conf/reader.h"

namespace stockade::conf {

namespace {

bool between(const Directive& d, size_t least, size_t most) {
  return d.words.size() >= least && d.words.size() <= most && !d.arg(0).empty();
}

}  // namespace

Reader::Handler Reader::handler_of(std::string_view name, bool section) {
  static const std::unordered_map<std::string, Handler> kPlain = {
      {"include", &Reader::do_include},
      {"includeoptional", &Reader::do_include},
      {"define", &Reader::do_define},
      {"undefine", &Reader::do_undefine},
      {"loadmodule", &Reader::do_load_module},
      {"serverroot", &Reader::do_server_root},
      {"defaultruntimedir", &Reader::do_runtime_directory},
      {"use", &Reader::do_use},
      {"undefmacro", &Reader::do_undef_macro}};
  static const std::unordered_map<std::string, Handler> kSections = {
      {"ifmodule", &Reader::do_if_module},
      {"ifdefine", &Reader::do_if_define},
      {"ifversion", &Reader::do_if_version},
      {"iffile", &Reader::do_if_file},
      {"ifdirective", &Reader::do_if_directive},
      {"ifsection", &Reader::do_if_section},
      {"macro", &Reader::do_macro}};
  const auto& table = section ? kSections : kPlain;
  const auto found = table.find(lower(name));
  return found == table.end() ? nullptr : found->second;
}

void Reader::run(Directive* d, const DirectiveInfo& row) {
  d->info = &row;
  config_.index_directive(d);
  if (const Handler handler = handler_of(row.name, row.section)) (this->*handler)(*d);
}

void Reader::do_include(Directive& d) {
  const bool optional = d.is("IncludeOptional");
  if (!between(d, 1, 1)) {
    return problem(Problem::Kind::error, d, std::string(d.name) + " takes one argument");
  }
  if (include_depth_ == kMaxIncludeDepth) {
    unwinding_ = true;
    return problem(Problem::Kind::error, d,
                   "Exceeded maximum include depth of " + std::to_string(kMaxIncludeDepth) +
                       ", There appears to be a recursion.");
  }
  const std::string path = absolute_path(config_.server_root, d.arg(0));
  // A slash at the end asks for directories alone.
  const bool slash = d.arg(0).ends_with('/') && path.size() > 1;
  IncludedFiles found = find_included(files_, slash ? path + "/" : path, optional);
  const size_t record = config_.includes.size();
  config_.includes.push_back({d.file,
                              d.line,
                              d.offset,
                              d.length,
                              d.origin,
                              optional,
                              config_.arena.copy(path),
                              {},
                              d.counted});
  ++include_depth_;
  for (const std::string& file : found.paths) {
    if (stopped_ || unwinding_) break;
    const auto origin = static_cast<OriginId>(config_.origins.size());
    config_.origins.push_back(
        {Origin::Kind::include, d.origin, d.file, d.line, config_.arena.copy(file)});
    config_.includes[record].found.push_back(static_cast<FileId>(config_.files.size()));
    read_file(file, &d, origin);
  }
  if (--include_depth_ == 0) unwinding_ = false;
  if (!found.error.empty()) problem(Problem::Kind::error, d, std::move(found.error));
  if (!found.unknown.empty()) problem(Problem::Kind::uncertain, d, std::move(found.unknown));
}

void Reader::do_define(Directive& d) {
  if (!between(d, 1, 2)) {
    return problem(Problem::Kind::error, d, "Define takes 1-2 arguments");
  }
  if (d.arg(0).find(':') != std::string_view::npos) {
    return problem(Problem::Kind::error, d, "Variable name must not contain ':'");
  }
  // An empty second word counts as none.
  const std::string value(d.arg(1));
  variables_.define(d.arg(0), value.empty() ? nullptr : &value, &d);
}

void Reader::do_undefine(Directive& d) {
  if (!between(d, 1, 1)) return problem(Problem::Kind::error, d, "UnDefine takes one argument");
  if (d.arg(0).find(':') != std::string_view::npos) {
    return problem(Problem::Kind::error, d, "Variable name must not contain ':'");
  }
  variables_.undefine(d.arg(0));
}

void Reader::do_load_module(Directive& d) {
  if (!between(d, 2, 2)) return problem(Problem::Kind::error, d, "LoadModule takes two arguments");
  const std::string_view identifier = d.arg(0);
  for (const LoadedModule& module : config_.modules) {
    if (module.identifier != identifier) continue;
    if (module.directive != nullptr) {
      return problem(Problem::Kind::warning, d,
                     "module " + std::string(identifier) + " is already loaded, skipping",
                     "AH01574");
    }
    return problem(Problem::Kind::error, d,
                   "module " + std::string(identifier) + " is built-in and can't be loaded");
  }
  if (environment_.check_module_files) {
    const std::string path = absolute_path(config_.server_root, d.arg(1));
    const auto status = files_.status(path);
    if (!status) {
      problem(Problem::Kind::error, d,
              "Cannot load " + std::string(d.arg(1)) + " into server: " + path +
                  ": cannot open shared object file: " + status.error().cause);
      return;
    }
  }
  config_.modules.push_back({identifier, d.arg(1), &d});
  rows_valid_.assign(rows_valid_.size(), 0);
}

void Reader::do_server_root(Directive& d) {
  if (!between(d, 1, 1)) return problem(Problem::Kind::error, d, "ServerRoot takes one argument");
  const std::string path = absolute_path(config_.server_root, d.arg(0));
  const auto status = files_.status(path);
  if (environment_.check_paths && (!status || status->type != FileType::directory)) {
    return problem(Problem::Kind::error, d, "ServerRoot must be a valid directory");
  }
  config_.server_root = path;
}

void Reader::do_runtime_directory(Directive& d) {
  if (!between(d, 1, 1)) {
    return problem(Problem::Kind::error, d, "DefaultRuntimeDir takes one argument");
  }
  // apachectl makes the folder of $APACHE_RUN_DIR before it starts httpd.
  const auto made = environment_.variables.find("APACHE_RUN_DIR");
  if (made != environment_.variables.end() && made->second == d.arg(0)) return;
  const auto status = files_.status(absolute_path(config_.server_root, d.arg(0)));
  if (environment_.check_paths && (!status || status->type != FileType::directory)) {
    problem(Problem::Kind::error, d,
            "DefaultRuntimeDir must be a valid directory, absolute or relative to ServerRoot");
  }
}

}  // namespace stockade::conf
