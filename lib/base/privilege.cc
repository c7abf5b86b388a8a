#include "netlat/base/privilege.h"

#include <cap-ng.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

namespace netlat {

namespace {

constexpr unsigned kNobody = 65'534;

// What sudo says, if it says a number and not root again.
std::optional<unsigned> from_sudo(const char* name) {
  const char* text = secure_getenv(name);
  if (text == nullptr) return std::nullopt;
  unsigned value = 0;
  const char* end = text + std::strlen(text);
  const auto [at, error] = std::from_chars(text, end, value);
  if (error != std::errc() || at != end || value == 0) return std::nullopt;
  return value;
}

Error failed(const char* what) {
  return {std::string("cannot give up privileges: ") + what + ": " +
              std::strerror(errno),
          ErrorKind::permission};
}

}  // namespace

std::string refusal_text(int error) {
  std::string text = std::strerror(error);
  if (error == EACCES) {
    text += " to uid " + std::to_string(geteuid()) + ", which this runs as";
  }
  return text;
}

Identity unprivileged_identity() {
  if (geteuid() != 0) return {geteuid(), getegid()};
  const auto uid = from_sudo("SUDO_UID");
  const auto gid = from_sudo("SUDO_GID");
  if (uid && gid) return {*uid, *gid};
  return {kNobody, kNobody};
}

Result<void> drop_privileges(Keep keep) {
  const bool root = geteuid() == 0;
  const Identity to = unprivileged_identity();
  const bool raw = keep == Keep::net_raw &&
                   capng_have_capability(CAPNG_PERMITTED, CAP_NET_RAW) == 1;
  // A container may start without it; no_new_privs makes up for that.
  const bool may_bound =
      capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) == 1;
  capng_clear(CAPNG_SELECT_BOTH);
  if (raw) {
    const auto type =
        static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED);
    capng_update(CAPNG_ADD, type, CAP_NET_RAW);
  }
  if (root) {
    const auto how = static_cast<capng_flags_t>(
        CAPNG_DROP_SUPP_GRP | (may_bound ? CAPNG_CLEAR_BOUNDING : 0));
    if (capng_change_id(static_cast<int>(to.uid), static_cast<int>(to.gid),
                        how) != 0) {
      return failed("changing the user");
    }
  } else if (capng_apply(CAPNG_SELECT_CAPS) != 0) {
    return failed("dropping capabilities");
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return failed("no_new_privs");
  }
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0 ||
      prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return failed("core dumps");
  }
  if (root && (geteuid() == 0 || getuid() == 0 || setuid(0) == 0)) {
    errno = EPERM;
    return failed("root came back");
  }
  return {};
}

}  // namespace netlat
