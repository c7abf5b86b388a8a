#include "netlat/publish/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "netlat/base/privilege.h"

namespace netlat {

Result<void> replace_text_file(const std::string& path, std::string_view text) {
  // The collector looks at *.prom alone.
  const std::string fresh = path + ".new";
  const auto failed = [&] {
    const ErrorKind kind =
        errno == EACCES ? ErrorKind::permission : ErrorKind::usage;
    return Error{fresh + ": " + refusal_text(errno), kind};
  };
  const int fd =
      open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
           0644);
  if (fd < 0) return failed();
  (void)fchmod(fd, 0644);
  bool whole = true;
  while (whole && !text.empty()) {
    const ssize_t n = write(fd, text.data(), text.size());
    if (n > 0) text.remove_prefix(static_cast<std::size_t>(n));
    whole = n > 0 || (n < 0 && errno == EINTR);
  }
  if (!whole || rename(fresh.c_str(), path.c_str()) != 0) {
    Error error = failed();
    close(fd);
    (void)unlink(fresh.c_str());
    return error;
  }
  close(fd);
  return {};
}

}  // namespace netlat
