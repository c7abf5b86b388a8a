#pragma once
// Reads records as fast as they come, whatever the screen is doing.
//
// A terminal behind a slow line may block whoever writes to it.  If that were
// the reader of the capture's records, the capture would in the end wait for
// the terminal, so a thread of its own reads and hands records over; it takes
// no lock for longer than one record takes.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "netlat/term/records.h"
#include "tools/top/child.h"

namespace netlat {

class Feed {
 public:
  /// Called with a record and its line, in the reading thread with a lock held
  /// that lock() takes too.
  using Take = std::function<void(Record, std::string_view)>;

  /// Reads `fd`, which stays the caller's and must outlive the Feed.
  Feed(int fd, Take take) : Feed(fd, std::nullopt, std::move(take)) {}
  /// Reads what the child writes.
  Feed(Child child, Take take) : Feed(-1, std::move(child), std::move(take)) {}
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  /// Holds back the reading thread.
  std::unique_lock<std::mutex> lock() {
    return std::unique_lock<std::mutex>(mutex_);
  }
  /// Readable when there is news; take_news() makes it unreadable again.
  int news() const { return news_; }
  void take_news();
  /// No more will come.
  bool ended() const { return ended_; }
  /// Asks the child, a capture, to write down what its recorder holds.
  Result<void> record();
  /// After the end: why it was not a good one; nothing if it was.
  std::optional<Error> failure();

 private:
  /// Of the two, the child's if there is one.
  Feed(int fd, std::optional<Child> child, Take take);
  void run();
  void take_lines(std::string& buffer);
  void take_line(std::string_view line);
  void tell();

  int fd_;
  std::optional<Child> child_;
  Take take_;
  int news_ = -1, stop_ = -1;
  std::mutex mutex_;
  std::optional<Error> failure_;
  std::uint64_t lines_ = 0, bad_lines_ = 0;
  std::atomic<bool> ended_ = false;
  std::unique_ptr<class RecordParser> parser_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace netlat
