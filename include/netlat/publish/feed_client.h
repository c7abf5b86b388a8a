#pragma once
// The other end of a record feed (record_feed.h).

#include <string>

#include "netlat/base/result.h"

namespace netlat {

struct FeedConnection {
  int fd = -1;       ///< the caller's to close
  std::string path;  ///< of the socket that answered
};

/// Attaches to `path`, or if that is empty where a capture listens by itself.
/// ErrorKind::permission: one listens and lets its owner and group in alone.
Result<FeedConnection> attach_to_feed(const std::string& path);

/// Asks for a recording.  The answer is the next `recording` record; a reader
/// may ask once a second, and what is asked sooner waits.
Result<void> ask_recording(int feed);

}  // namespace netlat
