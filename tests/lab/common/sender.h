// Messages on their way into a socket, in order, in parts, at intervals.
//
// A message is a head and filler.  It is written as `parts` nearly equal
// pieces, each with a write() of its own, `gap_ns` apart; a piece the socket
// does not take at once goes on when there is room.

#ifndef TESTS_LAB_COMMON_SENDER_H_
#define TESTS_LAB_COMMON_SENDER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "tests/lab/common/loop.h"
#include "tests/lab/common/stream.h"

namespace lab::load {

struct Message {
  std::vector<uint8_t> head;
  int64_t octets = 0;  // with the head
  int64_t parts = 1;
  int64_t gap_ns = 0;
  // Called when the first piece has been taken and, with last, when all has:
  // each time with the realtime at which that write() was called.
  std::function<void(int64_t now_ns, bool last)> progress;
};

class Sender {
 public:
  // `resume` is called when a gap is over: pump() then.
  Sender(Loop& loop, std::function<void()> resume);

  void add(Message message) { queue_.push_back(std::move(message)); }
  // Writes what may go now.  kDone when it has gone, kWaitRead or kWaitWrite
  // when the stream must be ready first.
  Stream::Status pump(Stream& stream);
  bool empty() const { return queue_.empty(); }

 private:
  int64_t part_end() const;
  std::vector<uint8_t> next_octets() const;

  std::deque<Message> queue_;
  int64_t written_ = 0;  // of the first message
  int64_t part_ = 0;     // of the first message, being written
  Timer gap_;
  std::function<void()> resume_;
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_SENDER_H_
