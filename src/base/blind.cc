#include "base/blind.h"

#include <cerrno>

namespace stockade {

bool is_blind(int code) {
  return code == EACCES || code == EPERM || code == EXDEV || code == EFBIG || code == EAGAIN ||
         code == EIO;
}

}  // namespace stockade
