#pragma once
// A Unix socket that any number of readers may attach to.
//
// A reader gets one line that says what is captured, then the records of the
// last minute as far as memory has them, so that a screen is not empty at
// first, and from there on every record as it is made.  What it does not take
// in time it loses, and is told (record_log.h).
//
// A reader may ask for one thing, a recording, in one line; whoever writes
// anything else is let go.  Of each reader as much as that line is read in a
// second, so that what it writes costs nothing; the rest stays in the kernel.

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/publish/record_log.h"

namespace netlat {

/// Where `netlat top --attach` looks first: /run/netlat/capture.sock.
extern const char* const kDefaultSocket;
/// What a reader writes to ask for a recording.
inline constexpr std::string_view kRecordRequest = "record\n";
/// Where else: capture.sock in netlat below $XDG_RUNTIME_DIR; empty if unset.
std::string user_socket();

class RecordFeed {
 public:
  static constexpr std::size_t kMostReaders = 256;

  /// Listens at `path`, which must not be another's live socket; a dead one is
  /// replaced.  Mode 0660.
  static Result<RecordFeed> listen(const std::string& path);
  RecordFeed(RecordFeed&& other) noexcept;
  RecordFeed& operator=(RecordFeed&&) = delete;
  /// Closes what is open; the path stays (remove()).
  ~RecordFeed();
  /// Takes the path away, so that nobody waits at it.
  void remove();

  /// The line a new reader gets first; nobody is let in before there is one.
  void set_hello(std::string line) { hello_ = std::move(line); }
  /// A second has passed: what is older than a minute is not told to newcomers,
  /// and who has asked may ask again.
  void tick(const RecordLog& log);

  /// Adds what to wait for.
  void add_polls(const RecordLog& log, std::vector<pollfd>& polls) const;
  /// Accepts who waits, writes what is taken, forgets who left, hears who asks.
  void serve(const RecordLog& log);

  /// Whether somebody has asked for a recording since this was last called.
  bool take_request() noexcept { return std::exchange(requested_, false); }

  std::size_t readers() const noexcept { return readers_.size(); }
  /// Over all readers, those gone included.
  std::uint64_t lost(const RecordLog& log) const;

 private:
  struct Attached {
    int fd;
    LogReader reader;
    std::string heard = {};  // the beginning of a request
    bool asked = false;      // in this second
    bool silent = false;     // has closed its way to us
  };
  /// False if the reader has written what nobody may.
  bool hear(Attached& a);
  RecordFeed(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  void accept_all(const RecordLog& log);

  int fd_ = -1;
  std::string path_, hello_;
  std::list<Attached> readers_;
  std::deque<std::uint64_t> minute_;  // number of the next line at each tick
  std::uint64_t lost_before_ = 0;
  bool requested_ = false;
};

}  // namespace netlat
