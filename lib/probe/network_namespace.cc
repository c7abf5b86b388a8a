#include "netlat/probe/network_namespace.h"

#include <fcntl.h>
#include <sched.h>

#include <cerrno>
#include <cstring>

#include "lib/probe/fd.h"

namespace netlat {

Result<void> enter_network_namespace(const std::string& name) {
  const bool path = name.find('/') != std::string::npos;
  const std::string file = path ? name : "/run/netns/" + name;
  const OwnedFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) {
    return Error{"no network namespace " + name + " (" + file + ")",
                 ErrorKind::usage};
  }
  if (fd && setns(fd.get(), CLONE_NEWNET) == 0) return {};
  switch (errno) {
    case EPERM:
    case EACCES:
      return Error{"a network namespace needs CAP_SYS_ADMIN; run with sudo",
                   ErrorKind::permission};
    case EINVAL:
      return Error{file + " is no network namespace", ErrorKind::usage};
    default:
      return Error{file + ": " + std::strerror(errno), ErrorKind::input};
  }
}

}  // namespace netlat
