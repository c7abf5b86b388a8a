#pragma once
// The latest records, and readers that each go at their own pace.
//
// Problem: whoever reads records may be slow or stand still, and neither the
// measuring nor the memory may depend on it.  Method: one log of whole lines
// with a bound on its octets, and for each reader no more than its place in it.
// A reader that is overtaken by the end of the log loses the oldest lines, and
// in their place gets one record that says how many.
// Cost: a line is copied into the log once, and for each reader into a piece of
// 64 KiB at most.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace netlat {

class RecordLog {
 public:
  static constexpr std::size_t kMostOctets = std::size_t{4} << 20;

  explicit RecordLog(std::size_t most_octets = kMostOctets)
      : most_(most_octets) {}

  /// A line with its newline.  The oldest give way.
  void append(std::string_view line);

  /// Numbers of the oldest line kept and of the one that comes next.
  std::uint64_t begin() const noexcept { return end_ - lines_.size(); }
  std::uint64_t end() const noexcept { return end_; }
  /// Requires: begin() <= number < end().  Valid until append().
  std::string_view line(std::uint64_t number) const {
    return lines_[static_cast<std::size_t>(number - begin())];
  }
  std::size_t octets() const noexcept { return octets_; }

 private:
  std::size_t most_, octets_ = 0;
  std::deque<std::string> lines_;
  std::uint64_t end_ = 0;
};

/// One reader: writes lines to a descriptor that does not block.
class LogReader {
 public:
  /// The line that stands for so many lost ones, with its newline.
  using LostLine = std::function<std::string(std::uint64_t)>;

  /// Begins with `first`, which is written before any line, and the line with
  /// number `from`.  `fd` is borrowed.
  LogReader(int fd, std::uint64_t from, LostLine lost_line,
            std::string first = {})
      : fd_(fd),
        next_(from),
        lost_line_(std::move(lost_line)),
        pending_(std::move(first)) {}

  /// Writes what the descriptor takes now.
  void pump(const RecordLog& log);
  /// Something is left that the descriptor did not take.
  bool waiting(const RecordLog& log) const noexcept {
    return !ended_ && (at_ < pending_.size() || next_ < log.end());
  }
  /// The other end is gone, or writing failed: errno of it, 0 for none.
  bool ended() const noexcept { return ended_; }
  int failure() const noexcept { return failure_; }
  /// Lines lost so far, also those not told of yet.
  std::uint64_t lost(const RecordLog& log) const noexcept {
    return lost_ + (next_ < log.begin() ? log.begin() - next_ : 0);
  }
  /// Lines that were not written and no longer will be.
  std::uint64_t left(const RecordLog& log) const noexcept {
    return log.end() - next_ + (at_ < pending_.size() ? 1 : 0);
  }

 private:
  void gather(const RecordLog& log);

  int fd_;
  std::uint64_t next_;
  LostLine lost_line_;
  std::string pending_;  // whole lines, written up to at_
  std::size_t at_ = 0;
  std::uint64_t lost_ = 0;
  bool ended_ = false;
  int failure_ = 0;
};

}  // namespace netlat
