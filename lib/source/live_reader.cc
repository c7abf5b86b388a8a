#include "lib/source/live_reader.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "lib/source/live_filter.h"

namespace netlat {

namespace {

constexpr std::uint32_t kEthernet = 1;
// Packets come into the ring in another order than they are stamped in by no
// more than this.
constexpr Nanos kDisorder = std::chrono::milliseconds(50);
constexpr auto kAskEvery = std::chrono::seconds(1);

Stamp wall_clock() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return Stamp{std::chrono::seconds(now.tv_sec) + Nanos{now.tv_nsec}};
}

const char* what_failed(std::uint32_t call) {
  switch (static_cast<OpenCall>(call)) {
    case OpenCall::name:
      return "no such interface";
    case OpenCall::filter:
      return "the kernel refuses the filter";
    case OpenCall::ring:
      return "no memory for the buffer";
    case OpenCall::socket:
    case OpenCall::bind:
      break;
  }
  return "cannot be opened";
}

}  // namespace

LiveReader::LiveReader(std::vector<std::string> names,
                       const LiveOptions& options,
                       std::unique_ptr<LiveOpener> opener)
    : opener_(std::move(opener)),
      drops_(names.front().empty() ? interface_names() : names) {
  // A block full of packets wakes this process: the longer it is, the less
  // often.  Two at least: one is read while the other is filled.
  constexpr std::size_t kShortest = std::size_t{256} << 10, kLongest = 1 << 20;
  block_size_ =
      std::clamp(std::bit_floor(options.buffer / 8), kShortest, kLongest);
  blocks_ = std::max<std::size_t>(2, options.buffer / block_size_);
  for (std::string& name : names) {
    places_.emplace_back().name = std::move(name);
  }
}

Result<void> LiveReader::start(const LiveOptions& options) {
  auto filter = live_filter(options.filter, options.snaplen);
  if (!filter) return std::move(filter.error());
  vlan_ = filter->vlan;
  if (!options.filter.empty()) {
    auto program = BpfFilter::compile(options.filter);
    if (!program) return std::move(program.error());
    after_copy_ = std::move(*program);
  }
  request_.block_size = static_cast<std::uint32_t>(block_size_);
  request_.blocks = static_cast<std::uint32_t>(blocks_);
  request_.promiscuous = options.promiscuous ? 1 : 0;
  request_.instructions = static_cast<std::uint32_t>(filter->program.size());
  std::copy(filter->program.begin(), filter->program.end(),
            request_.filter.begin());
  for (Place& place : places_) {
    if (auto opened = open_first(place); !opened) return opened;
  }
  return {};
}

OpenRequest& LiveReader::request_for(const Place& place, bool again) {
  request_.name = {};
  place.name.copy(request_.name.data(), request_.name.size() - 1);
  request_.unless_index = again ? place.ifindex : 0;
  return request_;
}

Result<void> LiveReader::open_first(Place& place) {
  const std::string name = place.name.empty() ? "any" : place.name;
  std::optional<ReceivedReply> answer;
  if (opener_->send(request_for(place, false))) answer = opener_->receive();
  if (!answer) return Error{"the opener ended at once"};
  const OpenReply& reply = answer->reply;
  if (reply.error != 0) {
    const bool denied = reply.error == EPERM || reply.error == EACCES;
    return Error{name + ": " +
                     (denied ? std::string("not permitted to capture")
                             : std::string(what_failed(reply.call)) + " (" +
                                   std::strerror(reply.error) + ")"),
                 denied ? ErrorKind::permission : ErrorKind::input};
  }
  auto ring = LiveRing::map(answer->fd, block_size_, blocks_);
  if (!ring) return std::move(ring.error()).within(name);
  place.ring = std::move(*ring);
  place.ifindex = reply.ifindex;
  return {};
}

std::size_t LiveReader::read(std::span<PacketView> out, Nanos wait) {
  const auto turn = [&]() -> std::size_t {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      Place& place = places_[next_];
      next_ = (next_ + 1) % places_.size();
      if (const std::size_t n = read_place(place, out); n > 0) return n;
    }
    return 0;
  };
  if (const std::size_t n = turn(); n > 0) return n;
  wait_for_packets(wait);
  return turn();
}

std::size_t LiveReader::read_place(Place& place, std::span<PacketView> out) {
  while (place.ring) {
    const Stamp before = wall_clock();
    const std::size_t n = place.ring->read(out, facts_);
    if (n == 0) {
      constexpr Nanos kRetire = std::chrono::milliseconds(kRetireMilliseconds);
      place.complete = before - kRetire - kDisorder;
      return 0;
    }
    for (std::size_t i = 0; i < n; ++i) {
      out[i].interface = numbers_.of(place.name, place.ring->fd(), facts_[i]);
      out[i].frame = ++frames_;
    }
    place.complete = out[n - 1].time - kDisorder;
    const std::size_t kept = after_copy_ ? keep_matching(out, n) : n;
    if (kept > 0) return kept;
  }
  return 0;
}

std::size_t LiveReader::keep_matching(std::span<PacketView> out,
                                      std::size_t n) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t type = interfaces_[out[i].interface].link_type;
    const bool decided = type == kEthernet && !vlan_;
    if (decided || after_copy_->matches(out[i], type)) {
      out[kept++] = out[i];
    } else {
      ++filtered_;
    }
  }
  return kept;
}

void LiveReader::wait_for_packets(Nanos wait) {
  // More than enough for what a command line names.
  std::array<pollfd, 64> waiting{};
  std::array<std::size_t, 64> whose{};
  std::size_t n = 0;
  for (std::size_t i = 0; i < places_.size() && n + 1 < waiting.size(); ++i) {
    if (!places_[i].ring) continue;
    waiting[n] = {places_[i].ring->fd(), POLLIN, 0};
    whose[n++] = i;
  }
  const std::size_t rings = n;
  if (opener_lives_) waiting[n++] = {opener_->channel(), POLLIN, 0};
  const auto most = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  if (::poll(waiting.data(), n, static_cast<int>(most)) > 0) {
    for (std::size_t i = 0; i < rings; ++i) {
      if ((waiting[i].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
        look_after(places_[whose[i]]);
      }
    }
    if (n > rings && waiting[rings].revents != 0) hear_opener();
  }
  if (opener_lives_) ask_opener();
}

void LiveReader::look_after(Place& place) {
  int error = 0;
  socklen_t size = sizeof error;
  // Asking clears it; otherwise poll() would return at once for ever.
  (void)getsockopt(place.ring->fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (place.name.empty()) return;
  if (!place.doubtful) news_.push_back(place.name + " went down");
  place.doubtful = true;
  numbers_.forget();
  // What the old ring still holds is read before a new one takes its place.
  constexpr auto kLastBlock =
      std::chrono::milliseconds(2 * kRetireMilliseconds);
  ask_next_ = std::max(ask_next_, Clock::now() + kLastBlock);
}

void LiveReader::ask_opener() {
  const Clock::time_point now = Clock::now();
  if (asked_ || now < ask_next_) return;
  const auto found = std::find_if(places_.begin(), places_.end(),
                                  [](const Place& p) { return p.doubtful; });
  if (found == places_.end()) return;
  ask_next_ = now + kAskEvery;
  if (!opener_->send(request_for(*found, true))) return;
  asked_ = static_cast<std::size_t>(found - places_.begin());
}

void LiveReader::hear_opener() {
  const auto answer = opener_->receive();
  if (!answer || !asked_) {
    opener_lives_ = false;
    asked_.reset();
    news_.emplace_back(
        "the opener has ended: an interface that vanishes now stays away");
    return;
  }
  Place& place = places_[*asked_];
  asked_.reset();
  const OpenReply& reply = answer->reply;
  if (reply.error == 0) {
    adopt(place, answer->fd, reply);
  } else if (reply.error == EALREADY) {
    place.doubtful = false;  // the kernel goes on when it is up again
  } else if (!place.gone) {
    place.gone = true;
    news_.push_back(place.name + " is gone; waiting for it");
  }
  // The next in doubt gets its turn.
  std::rotate(places_.begin(), places_.begin() + 1, places_.end());
}

void LiveReader::adopt(Place& place, int fd, const OpenReply& reply) {
  auto ring = LiveRing::map(fd, block_size_, blocks_);
  if (!ring) {
    news_.push_back(place.name + ": " + ring.error().message);
    return;
  }
  const RingCounts last = place.ring->ask_counts();
  place.before.received += last.received;
  place.before.dropped += last.dropped;
  place.ring = std::move(*ring);
  place.ifindex = reply.ifindex;
  place.doubtful = place.gone = false;
  ++restarts_;
  numbers_.forget();
  news_.push_back(place.name + " is back");
}

Stamp LiveReader::complete_until() const {
  Stamp least = Stamp::max();
  for (const Place& place : places_) least = std::min(least, place.complete);
  return least;
}

LiveCounts LiveReader::counts() {
  LiveCounts counts;
  for (Place& place : places_) {
    const RingCounts& now = place.ring->ask_counts();
    counts.received += place.before.received + now.received;
    counts.kernel_drops += place.before.dropped + now.dropped;
  }
  counts.interface_drops = drops_.count();
  counts.filtered = filtered_;
  counts.restarts = restarts_;
  return counts;
}

std::vector<std::string> LiveReader::take_news() {
  return std::exchange(news_, {});
}

}  // namespace netlat
