#pragma once
// A Unix socket that any number of readers may attach to.
//
// A reader gets one line that says what is captured, then the records of the
// last minute as far as memory has them, so that a screen is not empty at
// first, and from there on every record as it is made.  What it does not take
// in time it loses, and is told (record_log.h).  Nothing a reader sends is
// read.

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/publish/record_log.h"

namespace netlat {

/// Where `netlat top --attach` looks first: /run/netlat/capture.sock.
extern const char* const kDefaultSocket;
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
  /// A second has passed: what is older than a minute is not told to newcomers.
  void tick(const RecordLog& log);

  /// Adds what to wait for.
  void add_polls(const RecordLog& log, std::vector<pollfd>& polls) const;
  /// Accepts who waits, writes what is taken, forgets who left.
  void serve(const RecordLog& log);

  std::size_t readers() const noexcept { return readers_.size(); }
  /// Over all readers, those gone included.
  std::uint64_t lost(const RecordLog& log) const;

 private:
  struct Attached {
    int fd;
    LogReader reader;
  };
  RecordFeed(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  void accept_all(const RecordLog& log);

  int fd_ = -1;
  std::string path_, hello_;
  std::list<Attached> readers_;
  std::deque<std::uint64_t> minute_;  // number of the next line at each tick
  std::uint64_t lost_before_ = 0;
};

}  // namespace netlat
