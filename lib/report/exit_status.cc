#include "netlat/report/exit_status.h"

namespace netlat {

int exit_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return kExitUsage;
    case ErrorKind::permission:
      return kExitForbidden;
    case ErrorKind::input:
      break;
  }
  return kExitFailed;
}

}  // namespace netlat
