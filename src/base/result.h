// Errors as values. Nothing in Stockade throws across a room; an exception of a third-party library
// is caught in the one file that includes the library.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace stockade {

// What went wrong, in the four parts that a reader at three in the morning needs.
struct Error {
  std::string attempted;  // "read the configuration file"
  std::string subject;    // "/etc/apache2/apache2.conf"
  std::string cause;      // "permission denied"
  std::string remedy;     // "run as root, or pass a copy with --root"; may be empty
  int code = 0;           // errno where the operating system said no, else 0

  // One sentence: "could not <attempted> <subject>: <cause>; <remedy>".
  std::string message() const;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

// The usual form for a failed system call; `code` is an errno value.
tl::unexpected<Error> fail_errno(std::string attempted, std::string subject, int code);

}  // namespace stockade
