#include "base/byte_source.h"

#include <fcntl.h>
#include <lzma.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

namespace stockade {

namespace {

constexpr size_t kPackedBuffer = 256 * 1024;
constexpr uint64_t kMostDictionary = 64ULL << 20;

// The file itself, with the bytes that were read to tell what it is.
class RawSource : public ByteSource {
 public:
  RawSource(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  ~RawSource() override {
    if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
  }
  RawSource(const RawSource&) = delete;
  RawSource& operator=(const RawSource&) = delete;

  // Looks at the first bytes without taking them.
  Result<std::string_view> peek() {
    while (ahead_.size() < 6) {
      char buffer[6];
      const auto got = read_file(buffer, 6 - ahead_.size());
      if (!got) return tl::make_unexpected(got.error());
      if (*got == 0) break;
      ahead_.append(buffer, *got);
    }
    return ahead_;
  }

  Result<size_t> read(char* to, size_t size) override {
    if (!ahead_.empty()) {
      const size_t count = std::min(size, ahead_.size());
      std::memcpy(to, ahead_.data(), count);
      ahead_.erase(0, count);
      return count;
    }
    return read_file(to, size);
  }
  uint64_t position() const override { return position_; }
  bool is_packed() const override { return false; }
  const std::string& name() const { return name_; }

 private:
  Result<size_t> read_file(char* to, size_t size) {
    while (true) {
      const ssize_t got = ::read(descriptor_, to, size);
      if (got >= 0) {
        position_ += static_cast<uint64_t>(got);
        return static_cast<size_t>(got);
      }
      if (errno != EINTR) return fail_errno("read", name_, errno);
    }
  }

  int descriptor_;
  std::string name_;
  std::string ahead_;
  uint64_t position_ = 0;
};

class PackedSource : public ByteSource {
 public:
  explicit PackedSource(std::unique_ptr<RawSource> raw)
      : raw_(std::move(raw)), input_(kPackedBuffer) {}
  uint64_t position() const override { return raw_->position(); }
  bool is_packed() const override { return true; }

 protected:
  // Makes sure that there is input; false at the end of the file.
  Result<bool> fill() {
    if (start_ < end_) return true;
    const auto got = raw_->read(input_.data(), input_.size());
    if (!got) return tl::make_unexpected(got.error());
    start_ = 0;
    end_ = *got;
    return *got > 0;
  }
  char* next() { return input_.data() + start_; }
  size_t left() const { return end_ - start_; }
  void took(size_t left_over) { start_ = end_ - left_over; }
  tl::unexpected<Error> damaged(std::string cause) const {
    return fail({"unpack", raw_->name(), std::move(cause), "what stood before it was read", 0});
  }

 private:
  std::unique_ptr<RawSource> raw_;
  std::vector<char> input_;
  size_t start_ = 0, end_ = 0;
};

class GzipSource : public PackedSource {
 public:
  explicit GzipSource(std::unique_ptr<RawSource> raw) : PackedSource(std::move(raw)) {
    inflateInit2(&stream_, 15 + 16);
  }
  ~GzipSource() override { inflateEnd(&stream_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  Result<size_t> read(char* to, size_t size) override {
    while (!ended_) {
      const auto more = fill();
      if (!more) return tl::make_unexpected(more.error());
      if (!*more) {
        ended_ = true;
        if (inside_) return damaged("it ends in the middle");
        break;
      }
      // A file may be several packed ones, one after the other.
      if (!inside_ && inflateReset(&stream_) != Z_OK) return damaged("it cannot be begun");
      inside_ = true;
      stream_.next_in = reinterpret_cast<Bytef*>(next());
      stream_.avail_in = static_cast<uInt>(left());
      stream_.next_out = reinterpret_cast<Bytef*>(to);
      stream_.avail_out = static_cast<uInt>(size);
      const int result = inflate(&stream_, Z_NO_FLUSH);
      took(stream_.avail_in);
      const size_t made = size - stream_.avail_out;
      if (result == Z_STREAM_END) {
        inside_ = false;
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        ended_ = true;
        if (made == 0) return damaged(stream_.msg != nullptr ? stream_.msg : "it is no gzip file");
      }
      if (made > 0) return made;
    }
    return size_t{0};
  }

 private:
  z_stream stream_{};
  bool inside_ = false;
  bool ended_ = false;
};

class ZstdSource : public PackedSource {
 public:
  explicit ZstdSource(std::unique_ptr<RawSource> raw)
      : PackedSource(std::move(raw)), stream_(ZSTD_createDStream()) {
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, 26);
  }
  ~ZstdSource() override { ZSTD_freeDStream(stream_); }
  ZstdSource(const ZstdSource&) = delete;
  ZstdSource& operator=(const ZstdSource&) = delete;

  Result<size_t> read(char* to, size_t size) override {
    while (!ended_) {
      const auto more = fill();
      if (!more) return tl::make_unexpected(more.error());
      ZSTD_inBuffer in{next(), left(), 0};
      ZSTD_outBuffer out{to, size, 0};
      const size_t wanted = ZSTD_decompressStream(stream_, &out, &in);
      took(in.size - in.pos);
      if (ZSTD_isError(wanted) != 0) {
        ended_ = true;
        if (out.pos == 0) return damaged(ZSTD_getErrorName(wanted));
      }
      if (out.pos > 0) {
        inside_ = wanted != 0;
        return out.pos;
      }
      if (!*more) {
        ended_ = true;
        if (inside_) return damaged("it ends in the middle");
      } else {
        inside_ = wanted != 0;
      }
    }
    return size_t{0};
  }

 private:
  ZSTD_DStream* stream_;
  bool inside_ = false;
  bool ended_ = false;
};

class XzSource : public PackedSource {
 public:
  explicit XzSource(std::unique_ptr<RawSource> raw) : PackedSource(std::move(raw)) {
    broken_ = lzma_stream_decoder(&stream_, kMostDictionary + (16ULL << 20), LZMA_CONCATENATED) !=
              LZMA_OK;
  }
  ~XzSource() override { lzma_end(&stream_); }
  XzSource(const XzSource&) = delete;
  XzSource& operator=(const XzSource&) = delete;

  Result<size_t> read(char* to, size_t size) override {
    while (!ended_) {
      const auto more = fill();
      if (!more) return tl::make_unexpected(more.error());
      stream_.next_in = reinterpret_cast<uint8_t*>(next());
      stream_.avail_in = left();
      stream_.next_out = reinterpret_cast<uint8_t*>(to);
      stream_.avail_out = size;
      const lzma_ret result =
          broken_ ? LZMA_PROG_ERROR : lzma_code(&stream_, *more ? LZMA_RUN : LZMA_FINISH);
      took(stream_.avail_in);
      const size_t made = size - stream_.avail_out;
      if (result == LZMA_STREAM_END) {
        ended_ = true;
      } else if (result != LZMA_OK) {
        ended_ = true;
        if (made == 0)
          return damaged(result == LZMA_BUF_ERROR
                             ? "it ends in the middle"
                             : "it is damaged, or needs more memory than is granted");
      }
      if (made > 0) return made;
    }
    return size_t{0};
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool broken_ = false;
  bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> ByteSource::of(int descriptor, std::string name) {
  auto raw = std::make_unique<RawSource>(descriptor, std::move(name));
  const auto front = raw->peek();
  if (!front) return tl::make_unexpected(front.error());
  std::unique_ptr<ByteSource> source;
  if (front->starts_with("\x1f\x8b")) {
    source = std::make_unique<GzipSource>(std::move(raw));
  } else if (front->starts_with("\x28\xb5\x2f\xfd")) {
    source = std::make_unique<ZstdSource>(std::move(raw));
  } else if (front->starts_with("\xfd"
                                "7zXZ")) {
    source = std::make_unique<XzSource>(std::move(raw));
  } else {
    source = std::move(raw);
  }
  return source;
}

Result<std::unique_ptr<ByteSource>> ByteSource::open(const std::string& path, bool pipes) {
  if (pipes && path == "-") return of(STDIN_FILENO, "standard input");
  // A pipe that nobody writes to must not hold the reader up, unless it was asked for.
  const int descriptor =
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | (pipes ? 0 : O_NONBLOCK));
  if (descriptor < 0) return fail_errno("open", path, errno);
  struct stat status{};
  const bool known = fstat(descriptor, &status) == 0;
  const bool fits = known && (S_ISREG(status.st_mode) || (pipes && S_ISFIFO(status.st_mode)));
  if (!fits) {
    ::close(descriptor);
    return fail({"read", path,
                 known && S_ISDIR(status.st_mode) ? "it is a directory" : "it is no regular file",
                 "name a log file", EINVAL});
  }
  return of(descriptor, path);
}

}  // namespace stockade
