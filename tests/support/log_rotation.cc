#include "log_rotation.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

namespace stockade::test {

namespace fs = std::filesystem;

void shift_rotated(const std::string& log, int most) {
  for (int i = most; i >= 1; --i) {
    for (const char* end : {"", ".gz"}) {
      const std::string from = log + "." + std::to_string(i) + end;
      if (fs::exists(from)) fs::rename(from, log + "." + std::to_string(i + 1) + end);
    }
  }
}

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void append_to(int descriptor, std::string_view text) {
  ASSERT_EQ(::write(descriptor, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

void gzip_file(const std::string& path, void (*pause)()) {
  constexpr size_t kPiece = 700;
  const std::string text = content_of(path);
  const auto time = fs::last_write_time(path);
  gzFile out = gzopen((path + ".gz").c_str(), "wb1");
  for (size_t at = 0; at < text.size(); at += kPiece) {
    const std::string piece = text.substr(at, kPiece);
    gzwrite(out, piece.data(), static_cast<unsigned>(piece.size()));
    if (pause == nullptr) continue;
    gzflush(out, Z_SYNC_FLUSH);
    pause();
  }
  gzclose(out);
  fs::last_write_time(path + ".gz", time);
  fs::remove(path);
}

}  // namespace stockade::test
