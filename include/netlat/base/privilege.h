#pragma once
// Giving up what the process was started with.

#include <sys/types.h>

#include <string>

#include "netlat/base/result.h"

namespace netlat {

/// Who the process is for: whoever called sudo, `nobody` for root itself, and
/// for everybody else the caller.
struct Identity {
  uid_t uid;
  gid_t gid;
};
Identity unprivileged_identity();

/// What an errno says; of a lack of rights also who lacks them, since that is
/// not who started the program.
std::string refusal_text(int error);

/// Which capabilities stay.
enum class Keep : unsigned char {
  nothing,
  net_raw,  ///< CAP_NET_RAW if the process has it
};

/// Becomes unprivileged_identity() without supplementary groups and without
/// capabilities but those kept, the bounding set included where the kernel
/// lets it be emptied, and can gain none again (no_new_privs).  Core dumps
/// end, since they would hold what was captured.  Fails if any of that did not
/// happen: then the process must not go on.
Result<void> drop_privileges(Keep keep);

}  // namespace netlat
