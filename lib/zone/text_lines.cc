#include "lib/zone/text_lines.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace netlat {

namespace {
constexpr std::size_t kPiece = 256 * 1024;
static_assert(kPiece > TextLines::kLongest);

Error system_error() {
  return {std::strerror(errno),
          errno == EACCES ? ErrorKind::permission : ErrorKind::input};
}
}  // namespace

Result<TextLines> TextLines::open(const std::string& path) {
  TextLines lines;
  lines.fd_ = path == "-" ? dup(STDIN_FILENO)
                          : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (lines.fd_ < 0 || fstat(lines.fd_, &status) != 0) return system_error();
  if (S_ISDIR(status.st_mode)) return Error{"is a directory"};
  lines.device_ = status.st_dev;
  lines.inode_ = status.st_ino;
  return lines;
}

TextLines::TextLines(TextLines&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      at_end_(other.at_end_),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      number_(other.number_),
      device_(other.device_),
      inode_(other.inode_),
      error_(std::move(other.error_)) {}

TextLines::~TextLines() {
  if (fd_ >= 0) close(fd_);
}

// More behind what is left; false at the end or on an error.
bool TextLines::fill() {
  if (fd_ < 0 || at_end_) return false;
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t had = buffer_.size();
  buffer_.resize(had + kPiece);
  ssize_t n = 0;
  do {
    n = read(fd_, buffer_.data() + had, kPiece);
  } while (n < 0 && errno == EINTR);
  if (n < 0) error_ = system_error();
  buffer_.resize(had + static_cast<std::size_t>(n > 0 ? n : 0));
  at_end_ = n <= 0;
  return n > 0;
}

std::optional<TextLine> TextLines::next() {
  std::size_t newline = buffer_.find('\n', begin_);
  while (newline == std::string::npos && buffer_.size() - begin_ <= kLongest) {
    const std::size_t seen = buffer_.size() - begin_;
    if (!fill()) break;
    newline = buffer_.find('\n', begin_ + seen);
  }
  if (error_) return std::nullopt;
  const bool whole = newline != std::string::npos;
  const std::size_t end = whole ? newline : buffer_.size();
  if (!whole && end == begin_) return std::nullopt;
  ++number_;
  if (end - begin_ > kLongest) {
    error_ =
        Error{fmt::format("is longer than {} octets, so this is no zone "
                          "map; nothing after it was read",
                          kLongest)};
    return std::nullopt;
  }
  const TextLine line{std::string_view(buffer_).substr(begin_, end - begin_),
                      whole};
  begin_ = whole ? end + 1 : end;
  return line;
}

}  // namespace netlat
