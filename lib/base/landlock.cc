#include "lib/base/landlock.h"

#include <fcntl.h>
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

// Rights to files, as the kernel numbers them.
constexpr std::uint64_t kExecute = 1 << 0, kWrite = 1 << 1,
                        kRemoveFile = 1 << 5, kMakeFile = 1 << 8,
                        kMakeSocket = 1 << 9, kTruncate = 1 << 14;
// All but executing, reading, listing and ioctl.
constexpr std::uint64_t kChanges =
    ((1 << 15) - 1) & ~(kExecute | 1 << 2 | 1 << 3);
constexpr std::uint64_t kOfOwnFiles =
    kWrite | kRemoveFile | kMakeFile | kMakeSocket | kTruncate;

// struct landlock_path_beneath_attr, which is packed.
struct [[gnu::packed]] Beneath {
  std::uint64_t allowed;
  std::int32_t directory;
};

// Null if the kernel has no Landlock.
Result<const Version*> known_version() {
  constexpr unsigned kAskVersion = 1;
  const long version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  if (version < 1) {
    if (errno == ENOSYS || errno == EOPNOTSUPP) return nullptr;
    return failed();
  }
  const auto newest =
      std::min(static_cast<std::size_t>(version), kVersions.size());
  return &kVersions[newest - 1];
}

// Of what it handles, all is forbidden that no rule allows.
Result<int> make_ruleset(const Ruleset& handled, std::size_t size) {
  const long rules = syscall(SYS_landlock_create_ruleset, &handled, size, 0);
  if (rules < 0) return failed();
  return static_cast<int>(rules);
}

// Closes `rules`.
Result<bool> restrict_self(int rules) {
  const long done = syscall(SYS_landlock_restrict_self, rules, 0);
  const int why = errno;
  close(rules);
  errno = why;
  if (done != 0) return failed();
  return true;
}

}  // namespace

Result<bool> forbid_files_and_connections() {
  auto known = known_version();
  if (!known) return std::move(known.error());
  if (*known == nullptr) return false;
  auto rules = make_ruleset((*known)->all, (*known)->size);
  // No rule allows anything.
  return rules ? restrict_self(*rules) : std::move(rules.error());
}

Result<bool> forbid_changes_outside(std::span<const std::string> directories) {
  auto known = known_version();
  if (!known) return std::move(known.error());
  if (*known == nullptr) return false;
  const Ruleset handled = {(*known)->all.files & (kExecute | kChanges), 0, 0};
  auto rules = make_ruleset(handled, (*known)->size);
  if (!rules) return std::move(rules.error());
  for (const std::string& directory : directories) {
    const int fd = open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) continue;
    Beneath rule{handled.files & kOfOwnFiles, fd};
    constexpr int kPathBeneath = 1;
    const long added =
        syscall(SYS_landlock_add_rule, *rules, kPathBeneath, &rule, 0);
    const int why = errno;
    close(fd);
    errno = why;
    if (added == 0) continue;
    Error error = failed();
    close(*rules);
    return error;
  }
  return restrict_self(*rules);
}

}  // namespace netlat
