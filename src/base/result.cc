#include "base/result.h"

#include <cerrno>
#include <system_error>

namespace stockade {

namespace {

std::string remedy_for(int code) {
  switch (code) {
    case EACCES:
    case EPERM:
      return "run as a user who may read it, or pass a readable copy with --root";
    case ENOENT:
      return "check the path";
    case ELOOP:
      return "look for a symbolic link that leads back to itself";
    default:
      return "";
  }
}

}  // namespace

std::string Error::message() const {
  std::string text = "could not " + attempted;
  if (!subject.empty()) text += " " + subject;
  if (!cause.empty()) text += ": " + cause;
  if (!remedy.empty()) text += "; " + remedy;
  return text;
}

tl::unexpected<Error> fail_errno(std::string attempted, std::string subject, int code) {
  return fail({std::move(attempted), std::move(subject),
               std::error_code(code, std::generic_category()).message(), remedy_for(code), code});
}

}  // namespace stockade
