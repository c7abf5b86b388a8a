#include "netlat/publish/saved_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace netlat {

namespace {
constexpr const char* kPart = ".part";
}

Result<SavedFile> SavedFile::begin(const std::string& directory,
                                   const std::string& name) {
  std::string path = directory + '/' + name;
  if (name.empty() || name.find('/') != name.npos) {
    return Error{path + ": no name of a file", ErrorKind::usage};
  }
  const int fd =
      open((path + kPart).c_str(),
           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
  if (fd < 0) return Error{path + kPart + ": " + std::strerror(errno)};
  return SavedFile(fd, std::move(path));
}

SavedFile::SavedFile(SavedFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

SavedFile::~SavedFile() {
  if (fd_ < 0) return;
  close(fd_);
  (void)unlink((path_ + kPart).c_str());
}

std::string SavedFile::unfinished_name() const {
  return path_.substr(path_.rfind('/') + 1) + kPart;
}

Error SavedFile::failed() const {
  return Error{path_ + ": " + std::strerror(errno)};
}

Result<void> SavedFile::append(std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t n = write(fd_, octets.data(), octets.size());
    if (n > 0) {
      octets.remove_prefix(static_cast<std::size_t>(n));
    } else if (n == 0 || errno != EINTR) {
      return failed();
    }
  }
  return {};
}

Result<std::string> SavedFile::finish() {
  if (fsync(fd_) != 0) return failed();
  if (renameat2(AT_FDCWD, (path_ + kPart).c_str(), AT_FDCWD, path_.c_str(),
                RENAME_NOREPLACE) != 0) {
    return failed();
  }
  close(std::exchange(fd_, -1));
  return path_;
}

}  // namespace netlat
