// Files are read(2) into a window that stays in the second-level cache, not
// mapped.  For records read once and in order the two cost the same (the copy
// replaces the page faults, and the decoder then finds its bytes in cache),
// and only read() is safe for every input: a mapped file that another process
// shortens raises SIGBUS in the middle of a packet, and a library has no
// business installing a handler for it.  Pipes and growing files need no path
// of their own.

#include "lib/source/file_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace netlat {

namespace {

Error system_error(const char* action) {
  const int why = errno;
  const char* advice =
      why == EMFILE || why == ENFILE ? "; raise the limit with ulimit -n" : "";
  return {
      fmt::format("cannot {} it: {}{}", action, std::strerror(why), advice)};
}

}  // namespace

Result<std::unique_ptr<FileStream>> FileStream::open(const std::string& path) {
  const bool standard_input = path == "-";
  const int descriptor = standard_input
                             ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                             : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) return Error{"no such file"};
    return system_error("open");
  }
  std::unique_ptr<FileStream> stream(new FileStream(descriptor, {}));
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return system_error("examine");
  if (S_ISDIR(status.st_mode)) {
    return Error{"is a directory; name the files in it, as DIRECTORY/*"};
  }
  if (isatty(descriptor) != 0) {
    return Error{
        "is a terminal; give a capture file, or pipe one in: "
        "tcpdump -U -w - | netlat analyze -",
        ErrorKind::usage};
  }
  if (S_ISREG(status.st_mode)) {
    stream->size_ = static_cast<std::uint64_t>(status.st_size);
  }
  return stream;
}

FileStream::~FileStream() {
  ::close(descriptor_);
}

Result<std::size_t> FileStream::read(std::span<std::uint8_t> into) {
  ssize_t n = 0;
  do {
    n = ::read(descriptor_, into.data(), into.size());
  } while (n < 0 && errno == EINTR);
  if (n < 0) return system_error("read");
  octets_read_ += static_cast<std::uint64_t>(n);
  return static_cast<std::size_t>(n);
}

}  // namespace netlat
