#include "base/recorded_files.h"

#include <cerrno>

namespace stockade {

namespace {

template <class T>
Result<T> keep(RecordedFiles::Answers<T>& answers, std::string_view path, Result<T> answer) {
  answers.insert_or_assign(std::string(path), answer);
  return answer;
}

template <class T>
Result<T> recall(const RecordedFiles::Answers<T>& answers, std::string_view path,
                 const char* attempted) {
  const auto found = answers.find(path);
  if (found == answers.end()) return fail_errno(attempted, std::string(path), ENOENT);
  return found->second;
}

}  // namespace

Result<std::string> RecordingFileSystem::read(std::string_view path, uint64_t limit) const {
  return keep(record_.contents, path, files_.read(path, limit));
}
Result<std::vector<std::string>> RecordingFileSystem::list(std::string_view path) const {
  return keep(record_.entries, path, files_.list(path));
}
Result<FileStatus> RecordingFileSystem::status(std::string_view path) const {
  return keep(record_.statuses, path, files_.status(path));
}
Result<FileStatus> RecordingFileSystem::link_status(std::string_view path) const {
  return keep(record_.link_statuses, path, files_.link_status(path));
}
Result<std::string> RecordingFileSystem::link_target(std::string_view path) const {
  return keep(record_.link_targets, path, files_.link_target(path));
}

Result<std::string> ReplayedFileSystem::read(std::string_view path, uint64_t limit) const {
  auto content = recall(record_.contents, path, "read");
  if (content && content->size() > limit) return fail_errno("read", std::string(path), EFBIG);
  return content;
}
Result<std::vector<std::string>> ReplayedFileSystem::list(std::string_view path) const {
  return recall(record_.entries, path, "list");
}
Result<FileStatus> ReplayedFileSystem::status(std::string_view path) const {
  return recall(record_.statuses, path, "look at");
}
Result<FileStatus> ReplayedFileSystem::link_status(std::string_view path) const {
  return recall(record_.link_statuses, path, "look at");
}
Result<std::string> ReplayedFileSystem::link_target(std::string_view path) const {
  return recall(record_.link_targets, path, "read the link");
}

}  // namespace stockade
