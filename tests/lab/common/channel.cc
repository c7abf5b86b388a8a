#include "tests/lab/common/channel.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>

#include "tests/lab/common/address.h"
#include "tests/lab/common/socket.h"
#include "tests/lab/common/values.h"

namespace lab::load {
namespace {

constexpr size_t kReadAtOnce = 262'144;
constexpr const char* kPeer = "peer";

}  // namespace

Channel::Channel(Loop& loop, ConnectionLog& log, ChannelOwner& owner,
                 Stream stream, ConnectionFacts facts)
    : loop_(loop),
      log_(log),
      owner_(owner),
      stream_(std::move(stream)),
      facts_(std::move(facts)),
      sender_(loop, [this] { write_some(); }),
      next_read_(loop),
      handshake_work_(loop) {}

Channel::~Channel() {
  if (state_ != State::kEnded) loop_.forget(stream_.socket());
}

void Channel::start_accepted(int64_t work_ns) {
  handshake_work_ns_ = work_ns;
  log_.write("accept", "-", facts_, stream_.socket());
  state_ = work_ns > 0 ? State::kWaiting : State::kHandshake;
  wanted_ = EPOLLIN;
  loop_.watch(stream_.socket(), wanted_,
              [this](uint32_t events) { on_ready(events); });
  if (state_ == State::kHandshake) shake_hands();
}

void Channel::start_connecting() {
  wanted_ = EPOLLOUT;
  loop_.watch(stream_.socket(), wanted_,
              [this](uint32_t events) { on_ready(events); });
}

void Channel::send(Message message) {
  sender_.add(std::move(message));
  if (state_ == State::kOpen) write_some();
}

void Channel::set_pace(const ReadPace& pace) {
  pace_ = pace;
  if (state_ != State::kOpen) return;
  // TLS may hold octets that epoll does not know of.
  next_read_.after(0, [this] { read_some(); });
}

// By value: the reason may be the stream's own, which goes with it.
void Channel::end(std::string reason, bool reset) {
  if (state_ == State::kEnded) return;
  if (reset)
    set_reset_on_close(stream_.socket());
  else if (reason != kPeer)  // it has gone: a goodbye would earn a reset
    stream_.end_tls();
  facts_.tls = stream_.tls_version();
  facts_.resumed = stream_.resumed();
  log_.write(facts_.connected_ns == 0 ? "fail" : "close", reason, facts_,
             stream_.socket());
  state_ = State::kEnded;
  next_read_.cancel();
  handshake_work_.cancel();
  loop_.forget(stream_.socket());
  stream_ = Stream(Fd(), nullptr);
  owner_.on_end(reason);
}

void Channel::on_ready(uint32_t events) {
  switch (state_) {
    case State::kConnecting:
      on_connected();
      break;
    case State::kWaiting:
      if ((events & (EPOLLERR | EPOLLHUP)) != 0)
        fail();
      else
        on_first_octets();
      break;
    case State::kHandshake:
      shake_hands();
      break;
    case State::kOpen:
      if ((events & EPOLLOUT) != 0) write_some();
      if (state_ != State::kOpen) break;
      if ((events & EPOLLIN) != 0 && (wanted_ & EPOLLIN) != 0)
        read_some();
      else if ((events & (EPOLLERR | EPOLLHUP)) != 0)
        fail();
      break;
    case State::kEnded:
      break;
  }
}

void Channel::on_connected() {
  const int error = pending_error(stream_.socket());
  facts_.local = Address::near_end(stream_.socket()).text();
  if (error != 0) {
    end(fault_name(error));
    return;
  }
  facts_.connected_ns = realtime_ns();
  log_.write("connect", "-", facts_, stream_.socket());
  state_ = State::kHandshake;
  shake_hands();
}

void Channel::on_first_octets() {
  want(0);
  handshake_work_.after(handshake_work_ns_, [this] {
    state_ = State::kHandshake;
    want(EPOLLIN);
    shake_hands();
  });
}

void Channel::shake_hands() {
  switch (stream_.handshake()) {
    case Stream::Status::kWaitRead:
      want(EPOLLIN);
      return;
    case Stream::Status::kWaitWrite:
      want(EPOLLOUT);
      return;
    case Stream::Status::kEnd:
      end(kPeer);
      return;
    case Stream::Status::kFailed:
      end(stream_.fault());
      return;
    case Stream::Status::kDone:
      break;
  }
  facts_.tls = stream_.tls_version();
  facts_.resumed = stream_.resumed();
  if (facts_.tls != "-") facts_.secured_ns = realtime_ns();
  state_ = State::kOpen;
  want_more();
  owner_.on_open();
  if (state_ != State::kOpen) return;
  write_some();
  if (state_ == State::kOpen && stream_.holds_input()) read_some();
}

// A paced reader takes up to so many octets and waits, however few there were:
// TLS hands them out by the record.  Without a pace one call takes what one
// read() gives, and epoll comes back with the rest.
void Channel::read_some() {
  if (state_ != State::kOpen || pace_.paused) return;
  const bool paced = pace_.octets > 0;
  const size_t most = paced ? static_cast<size_t>(pace_.octets) : kReadAtOnce;
  size_t taken = 0;
  bool more = true;
  while (more && taken < most) {
    more = read_once(most - taken, taken) == Stream::Status::kDone &&
           (paced || stream_.holds_input());
    if (state_ != State::kOpen) return;
  }
  if (paced && taken > 0)
    next_read_.after(pace_.every_ns, [this] { read_some(); });
  else if (!pace_.paused && stream_.holds_input())
    next_read_.after(0, [this] { read_some(); });
  want_more();
}

Stream::Status Channel::read_once(size_t most, size_t& taken) {
  static std::array<uint8_t, kReadAtOnce> buffer;
  const auto into = std::span(buffer).first(std::min(most, kReadAtOnce));
  const Stream::Result result = stream_.read(into);
  taken += result.octets;
  if (result.status == Stream::Status::kDone)
    owner_.on_data(into.first(result.octets), realtime_ns());
  else if (result.status == Stream::Status::kEnd)
    end(kPeer);
  else if (result.status == Stream::Status::kFailed)
    end(stream_.fault());
  return result.status;
}

void Channel::write_some() {
  if (state_ != State::kOpen) return;
  const Stream::Status status = sender_.pump(stream_);
  if (state_ != State::kOpen) return;
  if (status == Stream::Status::kFailed || status == Stream::Status::kEnd) {
    end(status == Stream::Status::kEnd ? kPeer : stream_.fault());
    return;
  }
  writing_blocked_ = status == Stream::Status::kWaitWrite;
  want_more();
}

void Channel::want(uint32_t events) {
  if (events == wanted_) return;
  wanted_ = events;
  loop_.change(stream_.socket(), events);
}

void Channel::want_more() {
  const bool read = !pace_.paused && !next_read_.pending();
  want((read ? uint32_t{EPOLLIN} : 0U) |
       (writing_blocked_ ? uint32_t{EPOLLOUT} : 0U));
}

// The socket is broken and nobody reads: epoll would say so for ever.
void Channel::fail() {
  const int error = pending_error(stream_.socket());
  end(error == 0 ? kPeer : fault_name(error));
}

}  // namespace lab::load
