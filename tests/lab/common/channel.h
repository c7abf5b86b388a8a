// One end of a connection: handshakes, octets in, messages out, the end.
//
// How fast it reads is part of what a scenario acts out: not at all for a
// while, or so many octets at a time.

#ifndef TESTS_LAB_COMMON_CHANNEL_H_
#define TESTS_LAB_COMMON_CHANNEL_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "tests/lab/common/connection_log.h"
#include "tests/lab/common/loop.h"
#include "tests/lab/common/sender.h"
#include "tests/lab/common/stream.h"

namespace lab::load {

struct ReadPace {
  int64_t octets = 0;    // 0: all there is
  int64_t every_ns = 0;  // between two reads
  bool paused = false;
};

// Whoever owns a channel hears of it here.
class ChannelOwner {
 public:
  // Both handshakes are over.
  virtual void on_open() = 0;
  // `data` is valid during the call.
  virtual void on_data(std::span<const uint8_t> data, int64_t now_ns) = 0;
  // Once, whoever ended it.  `reason`: peer (its FIN), refused, reset,
  // error:TEXT, or what was given to end().  The socket is closed.
  virtual void on_end(const std::string& reason) = 0;

 protected:
  ~ChannelOwner() = default;
};

class Channel {
 public:
  // `facts` has the role and begun_ns; of an accepted connection the rest of
  // the TCP handshake too.
  Channel(Loop& loop, ConnectionLog& log, ChannelOwner& owner, Stream stream,
          ConnectionFacts facts);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // An accepted connection may put off its side of a TLS handshake by
  // `work_ns` after the client's first octets.
  void start_accepted(int64_t work_ns);
  void start_connecting();

  void send(Message message);
  void set_pace(const ReadPace& pace);
  // With FIN, or with RST.  Nothing happens if it has ended already.
  void end(std::string reason, bool reset = false);

  bool open() const { return state_ == State::kOpen; }
  bool ended() const { return state_ == State::kEnded; }
  const ConnectionFacts& facts() const { return facts_; }

 private:
  enum class State { kConnecting, kWaiting, kHandshake, kOpen, kEnded };

  void on_ready(uint32_t events);
  void on_connected();
  void on_first_octets();
  void shake_hands();
  void read_some();
  Stream::Status read_once(size_t most, size_t& taken);
  void write_some();
  void want(uint32_t events);
  void want_more();
  void fail();

  Loop& loop_;
  ConnectionLog& log_;
  ChannelOwner& owner_;
  Stream stream_;
  ConnectionFacts facts_;
  State state_ = State::kConnecting;
  Sender sender_;
  bool writing_blocked_ = false;
  ReadPace pace_;
  Timer next_read_;
  Timer handshake_work_;
  int64_t handshake_work_ns_ = 0;
  uint32_t wanted_ = 0;
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_CHANNEL_H_
