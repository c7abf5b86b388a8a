#pragma once
// From the process that measures to the one that publishes.
//
// Problem: the process that parses packets may neither open a file nor accept a
// connection, and whatever it writes to may stand still: a full disk, a reader
// that was stopped, a webhook that never answers.  Method: a second process,
// which sees no packet, owns files, sockets and servers; frames go to it
// through a pipe that is never waited for.  What does not fit is kept up to a
// bound and then refused, whole, and counted.
// Cost: one copy into the pending octets and one into the pipe.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace netlat {

/// What a frame holds.  Frames arrive whole and in order.
enum class FrameKind : std::uint8_t {
  record,       ///< one NDJSON line with its newline: to files and readers
  hello,        ///< the line that a new reader gets first; the last one counts
  alert,        ///< the objective on one line, its `alert` record on the next:
                ///< to files and readers, and acted upon
  tick,         ///< a second is over: what is written so far must be readable
  metrics,      ///< all metrics now (metrics_protobuf()); the last one counts
  file_begin,   ///< a flight-recorder file starts: its name without directory
  file_octets,  ///< more of it
  file_end,     ///< it is whole
  reload,       ///< the configuration is to be read again
  farewell,     ///< nothing follows
  // The other way: somebody asks; and after `reload`.
  record_now,  ///< what the flight recorder holds is to be written
  config,      ///< the configuration's text
  zone_map,    ///< its name, a newline, its text
  reloaded,    ///< all was sent; or a sentence why it could not be read
};
inline constexpr std::size_t kFrameKinds = 14;

/// Longer frames are refused; a file goes in pieces.
inline constexpr std::size_t kLongestFrame = std::size_t{16} << 20;

/// The measuring end.
class FrameSender {
 public:
  static constexpr std::size_t kMostPending = std::size_t{32} << 20;

  /// `fd` is borrowed and must not block.
  explicit FrameSender(int fd, std::size_t most_pending = kMostPending)
      : fd_(fd), most_(most_pending) {}

  /// Takes the frame, or refuses it because too much is pending.
  bool send(FrameKind kind, std::string_view content);
  /// Writes what the pipe takes now.
  void flush();
  /// Room for pieces of a large file: less than half of the bound is pending.
  bool roomy() const noexcept { return pending() < most_ / 2; }

  std::size_t pending() const noexcept { return pending_.size() - sent_; }
  std::uint64_t refused() const noexcept { return refused_; }
  /// The other process has ended; everything is refused from now on.
  bool broken() const noexcept { return broken_; }

 private:
  int fd_;
  std::size_t most_;
  std::string pending_;
  std::size_t sent_ = 0;  // of pending_
  std::uint64_t refused_ = 0;
  bool broken_ = false;
};

struct Frame {
  FrameKind kind = FrameKind::tick;
  std::string_view content;  ///< valid until the next call
};

/// The publishing end.
class FrameReceiver {
 public:
  explicit FrameReceiver(int fd) : fd_(fd) {}

  /// Reads once what there is; false at the end, or for what is no frame.
  bool fill();
  /// The next whole frame of what was read.
  std::optional<Frame> next();

 private:
  int fd_;
  std::string buffer_;
  std::size_t at_ = 0;
  bool damaged_ = false;
};

}  // namespace netlat
