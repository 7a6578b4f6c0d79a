// Landlock, by the system calls themselves: it is used inside httpd too, where there is libc and
// nothing else, and Debian 12's headers know neither its network rules nor its scopes.
//
// Source: https://docs.kernel.org/userspace-api/landlock.html (ABI 1 to 6).
#pragma once

#include <cstdint>

namespace stockade::jail {

// What may be done below a path. The bits are the kernel's.
enum Access : uint64_t {
  kExecute = 1u << 0,
  kWriteFile = 1u << 1,
  kReadFile = 1u << 2,
  kReadDirectory = 1u << 3,
  kRemoveDirectory = 1u << 4,
  kRemoveFile = 1u << 5,
  kMakeCharacterDevice = 1u << 6,
  kMakeDirectory = 1u << 7,
  kMakeFile = 1u << 8,
  kMakeSocket = 1u << 9,
  kMakeFifo = 1u << 10,
  kMakeBlockDevice = 1u << 11,
  kMakeLink = 1u << 12,
  kRefer = 1u << 13,          // ABI 2
  kTruncate = 1u << 14,       // ABI 3
  kDeviceControl = 1u << 15,  // ABI 5
};
constexpr uint64_t kOfFiles = kExecute | kWriteFile | kReadFile | kTruncate | kDeviceControl;
constexpr uint64_t kReading = kReadFile | kReadDirectory;
// Everything in a directory of one's own, but making devices.
constexpr uint64_t kOwning = kReading | kWriteFile | kTruncate | kRemoveFile | kRemoveDirectory |
                             kMakeDirectory | kMakeFile | kMakeSocket | kMakeFifo | kMakeLink |
                             kRefer;
// A log may grow, and be made; it may not be cut, replaced or removed.
constexpr uint64_t kAppending = kWriteFile | kMakeFile | kReadDirectory;

// 0: this kernel has none, or it is switched off.
int landlock_version();

class Landlock {
 public:
  // Handles everything that `version` knows, or the execution of programs alone.
  explicit Landlock(int version, bool only_execution = false);
  ~Landlock();
  Landlock(const Landlock&) = delete;
  Landlock& operator=(const Landlock&) = delete;

  bool valid() const { return fd_ >= 0; }
  // False where there is no such path (errno says why).
  bool allow(const char* path, uint64_t access);
  bool allow_connecting(uint16_t port);
  // For this process and all that it starts; needs no_new_privs.
  bool enforce();

 private:
  uint64_t handled_ = 0;
  bool network_ = false;
  int fd_ = -1;
};

}  // namespace stockade::jail
