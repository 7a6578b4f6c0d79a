#include "conf/include.h"

#include <cerrno>

#include "base/blind.h"
#include "conf/wildcard.h"

namespace stockade::conf {

namespace {

class Finder {
 public:
  Finder(const FileSystem& files, bool optional) : files_(files), optional_(optional) {}

  // `directory` is fixed; `rest` holds the segments still to match, without a leading slash.
  void match(const std::string& directory, std::string_view rest) {
    const size_t slash = rest.find('/');
    const bool last = slash == std::string_view::npos;
    const std::string_view segment = rest.substr(0, slash);
    rest = last ? std::string_view() : rest.substr(slash + 1);
    if (!has_wildcard(segment)) {
      const std::string path = segment.empty() ? directory : directory + "/" + std::string(segment);
      return last ? take(path, 0) : match(path, rest);
    }
    const auto names = files_.list(directory.empty() ? "/" : directory);
    if (!names) {
      const std::string message = "Could not open directory " + directory + ": ";
      if (is_blind(names.error().code)) return doubt(message + names.error().cause);
      if (!optional_) stop(message + names.error().cause);
      return;
    }
    bool any = false;
    for (const std::string& name : *names) {
      if (!matches_wildcard(segment, name)) continue;
      const std::string path = directory + "/" + name;
      if (!last && !is_directory(path)) continue;
      any = true;
      last ? take(path, 0) : match(path, rest);
      if (!found_.error.empty()) return;
    }
    if (!any && !optional_) {
      stop("No matches for the wildcard '" + std::string(segment) + "' in '" + directory +
           "', failing");
    }
  }

  void take(const std::string& path, int depth) {
    if (!is_directory(path)) {
      if (!optional_ || exists(path)) found_.paths.push_back(path);
      return;
    }
    if (depth == kMaxIncludeDirectoryDepth) {
      return stop("Directory " + path + " exceeds the maximum include directory nesting level of " +
                  std::to_string(kMaxIncludeDirectoryDepth) +
                  ". You have probably a recursion somewhere.");
    }
    const auto names = files_.list(path);
    if (!names) {
      const std::string message =
          "Could not open config directory " + path + ": " + names.error().cause;
      return is_blind(names.error().code) ? doubt(message) : stop(message);
    }
    for (const std::string& name : *names) {
      take(path + "/" + name, depth + 1);
      if (!found_.error.empty()) return;
    }
  }

  IncludedFiles result() && { return std::move(found_); }

 private:
  bool is_directory(const std::string& path) const {
    const auto status = files_.status(path);
    return status && status->type == FileType::directory;
  }
  bool exists(const std::string& path) const {
    const auto status = files_.status(path);
    return status.has_value() || (status.error().code != ENOENT && status.error().code != ENOTDIR);
  }
  void stop(std::string message) {
    if (found_.error.empty()) found_.error = "Include/IncludeOptional: " + std::move(message);
  }

  void doubt(std::string message) {
    if (found_.unknown.empty()) found_.unknown = std::move(message);
  }

  const FileSystem& files_;
  bool optional_;
  IncludedFiles found_;
};

}  // namespace

IncludedFiles find_included(const FileSystem& files, const std::string& path, bool optional) {
  Finder finder(files, optional);
  if (has_wildcard(path)) {
    finder.match("", std::string_view(path).substr(1));
  } else {
    finder.take(path.ends_with('/') ? path.substr(0, path.size() - 1) : path, 0);
  }
  return std::move(finder).result();
}

}  // namespace stockade::conf
