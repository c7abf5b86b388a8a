#include "lib/source/live_reader.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <ctime>

#include "lib/source/live_channel.h"

namespace netlat {

namespace {

constexpr std::uint32_t kEthernet = 1;
// Packets come into the ring in another order than they are stamped in by no
// more than this.
constexpr Nanos kDisorder = std::chrono::milliseconds(50);
constexpr auto kLookEvery = std::chrono::milliseconds(100);

Stamp wall_clock() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return Stamp{std::chrono::seconds(now.tv_sec) + Nanos{now.tv_nsec}};
}

}  // namespace

LiveReader::LiveReader(const ReadingPlan& plan, InterfaceList& list)
    : plan_(plan), numbers_(list, interfaces_) {
  for (const std::string& name : plan.names) places_.emplace_back().name = name;
}

LiveReader::~LiveReader() {
  for (Place& place : places_) delete place.next.load();
}

void LiveReader::begin(std::size_t place, LiveRing ring) {
  places_[place].ring = std::move(ring);
}

void LiveReader::hand_over(std::size_t place, LiveRing ring) {
  auto next = std::make_unique<LiveRing>(std::move(ring));
  delete places_[place].next.exchange(next.release());
}

bool LiveReader::take_doubt(std::size_t place) {
  return places_[place].doubtful.exchange(false);
}

std::size_t LiveReader::read(std::span<PacketView> out, Nanos wait) {
  // Interfaces come and go also while others leave no time to wait.
  if (Clock::now() >= look_next_) wait_for_packets(Nanos{0});
  const auto turn = [&]() -> std::size_t {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      Place& place = places_[turn_];
      turn_ = (turn_ + 1) % places_.size();
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
    place.empty = n == 0;
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
    const bool decided = type == kEthernet && !plan_.vlan;
    if (decided || after_copy_->matches(out[i], type)) {
      out[kept++] = out[i];
    } else {
      ++filtered_;
    }
  }
  return kept;
}

void LiveReader::wait_for_packets(Nanos wait) {
  look_next_ = Clock::now() + wait + kLookEvery;
  // More than enough for what a command line names.
  std::array<pollfd, 64> waiting{};
  std::array<Place*, 64> whose{};
  std::size_t n = 0;
  for (Place& place : places_) {
    take_next(place);
    if (!place.ring || n == waiting.size()) continue;
    waiting[n] = {place.ring->fd(), POLLIN, 0};
    whose[n++] = &place;
  }
  const auto most = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  if (::poll(waiting.data(), n, static_cast<int>(most)) <= 0) return;
  for (std::size_t i = 0; i < n; ++i) {
    if ((waiting[i].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
      look_after(*whose[i]);
    }
  }
}

void LiveReader::look_after(Place& place) {
  int error = 0;
  socklen_t size = sizeof error;
  // Asking clears it; otherwise poll() would return at once for ever.
  (void)getsockopt(place.ring->fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (place.name.empty()) return;
  place.doubtful = true;
  numbers_.forget();
}

void LiveReader::take_next(Place& place) {
  if (!place.empty) return;
  const std::unique_ptr<LiveRing> next(place.next.exchange(nullptr));
  if (!next) return;
  const RingCounts last = place.ring->ask_counts();
  place.before.received += last.received;
  place.before.dropped += last.dropped;
  place.ring = std::move(*next);
  place.empty = false;
  numbers_.forget();
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
  if (plan_.drops) counts.interface_drops = plan_.drops->count();
  counts.filtered = filtered_;
  return counts;
}

}  // namespace netlat
