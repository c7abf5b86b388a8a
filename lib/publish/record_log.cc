#include "netlat/publish/record_log.h"

#include <unistd.h>

#include <cerrno>

namespace netlat {

void RecordLog::append(std::string_view line) {
  lines_.emplace_back(line);
  octets_ += line.size();
  ++end_;
  while (octets_ > most_ && lines_.size() > 1) {
    octets_ -= lines_.front().size();
    lines_.pop_front();
  }
}

void LogReader::gather(const RecordLog& log) {
  constexpr std::size_t kPiece = 64 * 1024;
  pending_.clear();
  at_ = 0;
  if (next_ < log.begin()) {
    const std::uint64_t gone = log.begin() - next_;
    lost_ += gone;
    next_ = log.begin();
    pending_ = lost_line_(gone);
  }
  while (next_ < log.end() && pending_.size() < kPiece) {
    pending_ += log.line(next_++);
  }
}

void LogReader::pump(const RecordLog& log) {
  while (!ended_) {
    if (at_ == pending_.size()) gather(log);
    if (pending_.empty()) return;
    const ssize_t n = write(fd_, pending_.data() + at_, pending_.size() - at_);
    if (n >= 0) {
      at_ += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (errno != EINTR) {
      ended_ = true;
      failure_ = errno == EPIPE || errno == ECONNRESET ? 0 : errno;
    }
  }
}

}  // namespace netlat
