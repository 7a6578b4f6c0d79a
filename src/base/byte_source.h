// The bytes of a file from front to back, unpacked where it is a gzip, zstd or xz file (told by its
// first bytes, not by its name).
//
// Distrusts: the packed bytes. Memory is bounded whatever they say: a dictionary above 64 MiB is
// refused.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace stockade {

class ByteSource {
 public:
  // Of an open descriptor, which it closes at its end. `name` is for messages.
  static Result<std::unique_ptr<ByteSource>> of(int descriptor, std::string name);
  // Opens a regular file, or a pipe where `pipes` allows it; "-" is stdin then.
  static Result<std::unique_ptr<ByteSource>> open(const std::string& path, bool pipes);

  virtual ~ByteSource() = default;
  // Up to `size` bytes; 0 at the end. What is damaged is an error, after the good bytes before it.
  virtual Result<size_t> read(char* to, size_t size) = 0;
  // How far the file itself was read, in bytes.
  virtual uint64_t position() const = 0;
  virtual bool is_packed() const = 0;
};

}  // namespace stockade
