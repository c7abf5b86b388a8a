#include "lib/base/landlock.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace netlat {

namespace {

// struct landlock_ruleset_attr as newest kernels have it, which is more than
// the headers of older systems know; an older kernel takes its beginning.
struct Ruleset {
  std::uint64_t files, network, scopes;
};

// All rights that each version of the interface knows.
struct Version {
  Ruleset all;
  std::size_t size;
};
constexpr std::array<Version, 6> kVersions = {{
    {{(1 << 13) - 1, 0, 0}, 8},
    {{(1 << 14) - 1, 0, 0}, 8},
    {{(1 << 15) - 1, 0, 0}, 8},
    {{(1 << 15) - 1, 3, 0}, 16},
    {{(1 << 16) - 1, 3, 0}, 16},
    {{(1 << 16) - 1, 3, 3}, 24},
}};

Error failed() {
  return {std::string("Landlock: ") + std::strerror(errno),
          ErrorKind::permission};
}

}  // namespace

Result<bool> forbid_files_and_connections() {
  constexpr unsigned kAskVersion = 1;
  const long version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  if (version < 1) {
    if (errno == ENOSYS || errno == EOPNOTSUPP) return false;
    return failed();
  }
  const auto newest =
      std::min(static_cast<std::size_t>(version), kVersions.size());
  const Version& v = kVersions[newest - 1];
  // No rule allows anything.
  const long rules = syscall(SYS_landlock_create_ruleset, &v.all, v.size, 0);
  if (rules < 0) return failed();
  const long done = syscall(SYS_landlock_restrict_self, rules, 0);
  const int why = errno;
  close(static_cast<int>(rules));
  errno = why;
  if (done != 0) return failed();
  return true;
}

}  // namespace netlat
