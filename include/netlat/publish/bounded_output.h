#pragma once
// Standard output that never makes its writer wait.
//
// A pipe whose reader stopped, or a terminal that was paused, blocks whoever
// writes to it.  Here lines wait in a RecordLog instead, up to a bound, and
// what is lost beyond it is said in the stream where it is missing.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "netlat/base/result.h"
#include "netlat/publish/record_log.h"

namespace netlat {

class BoundedOutput {
 public:
  /// `records`: lines are NDJSON, otherwise for people.
  BoundedOutput(int fd, bool records,
                std::size_t most_octets = RecordLog::kMostOctets);

  /// One or more whole lines; now and then they are written, too.
  void append(std::string_view lines);
  /// Writes what the descriptor takes now.
  void flush() {
    unflushed_ = 0;
    reader_.pump(log_);
  }
  /// Writes the rest, but waits no longer than `patience` in all.
  void drain(std::chrono::milliseconds patience);

  /// False once nothing more can be written.
  bool usable() const noexcept { return !reader_.ended(); }
  /// Why, unless the reader went away.
  std::optional<Error> error() const;
  std::uint64_t lost() const noexcept { return reader_.lost(log_); }
  std::uint64_t left() const noexcept { return reader_.left(log_); }

 private:
  int fd_;
  RecordLog log_;
  LogReader reader_;
  std::size_t unflushed_ = 0;
};

/// Makes writing to `fd` return at once instead of waiting, without a change
/// for others that share it: pipes and terminals are opened anew, sockets and
/// files left as they are.  For `fd` of this process before it is confined.
void stop_waiting_on(int fd);

}  // namespace netlat
