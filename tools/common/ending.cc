#include "tools/common/ending.h"

#include <csignal>

#include "netlat/report/terminal.h"

namespace netlat {

void begin_tool() {
  open_standard_descriptors();
  (void)std::signal(SIGPIPE, SIG_IGN);
}

int fail(std::string_view tool, const Error& error) {
  complain(tool, error.message);
  return exit_status(error.kind);
}

int finish(std::string_view tool, Output& out, int status) {
  out.flush();
  if (!out.error()) return status;
  complain(tool, out.error()->message);
  return kExitFailed;
}

}  // namespace netlat
