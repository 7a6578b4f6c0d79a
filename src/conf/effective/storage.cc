#include "conf/effective/storage.h"

#include "base/text.h"

namespace stockade::conf {

namespace {

constexpr size_t kLongestSegment = 250;

bool is_absent(const Error& error) { return error.code == ENOENT; }

class DirectoryWalk {
 public:
  DirectoryWalk(const World& world, const Server& server, const Layers& base)
      : world_(world), server_(server), sections_(directory_sections(world.config, server)) {
    for (const Layer& layer : base) {
      options_.merge(layer);
      override_.merge(layer);
    }
  }

  Stored run(const std::string& given) {
    look_at_target(given);
    if (stopped()) return std::move(out_);
    std::string rest = given.substr(1);  // what is not yet walked, without its leading '/'
    out_.filename = "/";
    bool more = enter("/", 1);
    uint32_t depth = 1;
    while (more && !rest.empty()) {
      const size_t slash = rest.find('/');
      const std::string name = rest.substr(0, slash);
      if (out_.filename.back() != '/') out_.filename += '/';
      out_.filename += name;
      rest = slash == std::string::npos ? "" : rest.substr(slash + 1);
      trailing_ = slash != std::string::npos;
      if (!step()) break;
      more = enter(out_.filename + "/", ++depth);
    }
    if (!stopped()) finish(rest);
    return std::move(out_);
  }

 private:
  bool stopped() const { return out_.status != 0 || !out_.doubt.empty(); }
  bool die(int status, std::string because, Place place = {}) {
    out_.status = status;
    out_.because = std::move(because);
    out_.because_place = std::move(place);
    return false;
  }
  bool wonder(std::string cause, Place place = {}) {
    out_.doubt = std::move(cause);
    out_.doubt_place = std::move(place);
    return false;
  }

  // The stat of the whole name that comes first: where it finds something, links need no look.
  void look_at_target(const std::string& given) {
    const auto status = world_.files.status(given);
    if (!status) {
      const int code = status.error().code;
      if (code != ENOENT && code != ENOTDIR && code != ELOOP) wonder(status.error().message());
      return;
    }
    if (status->type == FileType::directory) {
      target_ = FileKind::directory;
    } else if (!given.ends_with('/')) {
      if (status->type != FileType::regular) {
        wonder(given + " is neither a file nor a folder");
        return;
      }
      target_ = FileKind::regular;
    }
    mode_ = status->mode;
  }

  // The sections and the .htaccess of one level; `directory` ends with '/'.
  bool enter(const std::string& directory, uint32_t depth) {
    for (const auto& entry : sections_.by_depth) {
      if (entry.depth != depth || !applies_to(entry, directory)) continue;
      apply(layer_of(Walk::directory, world_.config, *entry.section));
    }
    return read_override(directory);
  }

  bool read_override(const std::string& directory) {
    if (!override_.reads()) return true;
    const Directive* names = server_.last("AccessFileName");
    std::vector<std::string> wanted;
    if (names == nullptr) {
      wanted.emplace_back(".htaccess");
    } else {
      for (const Word& word : names->words) wanted.emplace_back(word.text);
    }
    for (const std::string& name : wanted) {
      auto found = read_htaccess(world_, override_, directory + name, directory);
      if (!found) continue;
      const Place place = found->place;
      if (found->status != 0) return die(500, found->refusal, place);
      if (!found->doubt.empty()) return wonder(found->doubt, place);
      const Layer layer = found->layer;
      out_.configs.push_back(std::move(found->config));
      apply(layer);
      return true;
    }
    return true;
  }

  void apply(Layer layer) {
    options_.merge(layer);
    override_.merge(layer);
    out_.layers.push_back(std::move(layer));
  }

  // The next segment: false where the walk ends.
  bool step() {
    if (out_.filename.size() > kLongestSegment) return wonder("the file's name is very long");
    // httpd saves the look, and takes the file itself for one more folder.
    if (target_ != FileKind::none && options_.follows_all_links()) return true;
    auto status = world_.files.link_status(out_.filename);
    if (!status) {
      if (is_absent(status.error())) return false;
      if (status.error().code == EACCES) return wonder(status.error().message());
      return die(403, out_.filename + " cannot be looked at");
    }
    if (status->type == FileType::symlink && !follow(*status)) return false;
    if (status->type == FileType::directory) return true;
    if (status->type == FileType::regular) {
      if (target_ == FileKind::none) found_file_ = true;
      mode_ = status->mode;
      return false;
    }
    return die(403, out_.filename + " is neither a file nor a folder");
  }

  bool follow(FileStatus& status) {
    if (!options_.has(Options::kFollow) && !options_.has(Options::kOwnerMatch)) {
      return die(403, out_.filename + " is a symbolic link, and Options lets none be followed");
    }
    const auto target = world_.files.status(out_.filename);
    if (!target) {
      if (target.error().code == ENOENT) return die(403, out_.filename + " leads nowhere");
      return wonder(target.error().message());
    }
    if (options_.has(Options::kOwnerMatch) && target->uid != status.uid) {
      return die(403, out_.filename + " and what it leads to have different owners");
    }
    status = *target;
    return true;
  }

  void finish(const std::string& rest) {
    if (target_ != FileKind::none) {
      out_.kind = target_;
      if (trailing_ && out_.filename.back() != '/') out_.filename += '/';
    } else if (found_file_) {
      out_.kind = FileKind::regular;
      out_.path_info = trailing_ ? "/" + rest : "";
    } else if (trailing_) {
      out_.path_info = "/" + rest;
    }
    out_.readable = (mode_ & 0004) != 0;
    if (out_.kind == FileKind::directory) out_.readable = (mode_ & 0005) == 0005;
    for (const auto& entry : sections_.expressions) {
      if (!expression_matches(entry, out_.filename)) continue;
      apply(layer_of(Walk::directory, world_.config, *entry.section));
    }
  }

  const World& world_;
  const Server& server_;
  DirectorySections sections_;
  Options options_;
  Override override_;
  FileKind target_ = FileKind::none;
  bool found_file_ = false;
  bool trailing_ = false;
  uint32_t mode_ = 0;
  Stored out_;
};

}  // namespace

Stored walk_directories(const World& world, const Server& server, const Layers& base,
                        const std::string& filename) {
  return DirectoryWalk(world, server, base).run(filename);
}

}  // namespace stockade::conf
