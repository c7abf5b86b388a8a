#include "lib/source/live_group.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include "lib/source/live_filter.h"

namespace netlat {

namespace {

constexpr auto kAskEvery = std::chrono::seconds(1);
constexpr auto kLookEvery = std::chrono::milliseconds(100);

const char* what_failed(std::uint32_t call) {
  switch (static_cast<OpenCall>(call)) {
    case OpenCall::name:
      return "no such interface";
    case OpenCall::filter:
      return "the kernel refuses the filter";
    case OpenCall::ring:
      return "no memory for the buffer";
    case OpenCall::fanout:
      return "the kernel does not share it among threads; is it up?";
    case OpenCall::socket:
    case OpenCall::bind:
      break;
  }
  return "cannot be opened";
}

}  // namespace

LiveGroup::LiveGroup(std::vector<std::string> names, const LiveOptions& options,
                     std::unique_ptr<LiveOpener> opener)
    : opener_(std::move(opener)), places_(names.size()) {
  // A block full of packets wakes a thread: the longer it is, the less often.
  // Two at least: one is read while the other is filled.
  constexpr std::size_t kShortest = std::size_t{256} << 10, kLongest = 1 << 20;
  block_size_ =
      std::clamp(std::bit_floor(options.buffer / 8), kShortest, kLongest);
  blocks_ = std::max<std::size_t>(2, options.buffer / block_size_);
  plan_.drops.emplace(names.front().empty() ? interface_names() : names);
  plan_.names = std::move(names);
  for (std::size_t i = 0; i < options.threads; ++i) {
    readers_.push_back(std::make_unique<LiveReader>(plan_, list_));
  }
}

Result<void> LiveGroup::start(const LiveOptions& options) {
  auto filter = live_filter(options.filter, options.snaplen);
  if (!filter) return std::move(filter.error());
  plan_.vlan = filter->vlan;
  for (const auto& reader : readers_) {
    if (options.filter.empty()) break;
    auto program = BpfFilter::compile(options.filter);
    if (!program) return std::move(program.error());
    reader->filter(std::move(*program));
  }
  request_.block_size = static_cast<std::uint32_t>(block_size_);
  request_.blocks = static_cast<std::uint32_t>(blocks_);
  request_.promiscuous = options.promiscuous ? 1 : 0;
  request_.threads = static_cast<std::uint32_t>(readers_.size());
  request_.instructions = static_cast<std::uint32_t>(filter->program.size());
  std::copy(filter->program.begin(), filter->program.end(),
            request_.filter.begin());
  for (std::size_t place = 0; place < places_.size(); ++place) {
    if (auto opened = open_first(place); !opened) return opened;
  }
  return {};
}

OpenRequest& LiveGroup::request_for(std::size_t place, bool again) {
  request_.name = {};
  plan_.names[place].copy(request_.name.data(), request_.name.size() - 1);
  request_.unless_index = again ? places_[place].ifindex : 0;
  return request_;
}

// All of them, or none.
Result<std::vector<LiveRing>> LiveGroup::map(const ReceivedReply& reply) const {
  std::vector<LiveRing> rings;
  std::optional<Error> problem;
  for (std::size_t i = 0; i < reply.count; ++i) {
    if (problem) {
      close(reply.fds[i]);
      continue;
    }
    auto ring = LiveRing::map(reply.fds[i], block_size_, blocks_);
    if (ring) {
      rings.push_back(std::move(*ring));
    } else {
      problem = std::move(ring.error());
    }
  }
  if (problem) return std::move(*problem);
  if (rings.size() != readers_.size()) {
    return Error{"the opener is of another version"};
  }
  return rings;
}

Result<void> LiveGroup::open_first(std::size_t place) {
  const std::string& named = plan_.names[place];
  const std::string name = named.empty() ? "any" : named;
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
  auto rings = map(*answer);
  if (!rings) return std::move(rings.error()).within(name);
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    readers_[i]->begin(place, std::move((*rings)[i]));
  }
  places_[place].ifindex = reply.ifindex;
  return {};
}

std::vector<std::string> LiveGroup::tend() {
  const Clock::time_point now = Clock::now();
  if (now < look_next_) return {};
  look_next_ = now + kLookEvery;
  look_for_doubt();
  if (opener_lives_) {
    pollfd channel{opener_->channel(), POLLIN, 0};
    if (::poll(&channel, 1, 0) > 0) hear_opener();
  }
  if (opener_lives_) ask_opener();
  return std::exchange(news_, {});
}

void LiveGroup::look_for_doubt() {
  for (std::size_t place = 0; place < places_.size(); ++place) {
    bool seen = false;
    for (const auto& reader : readers_) seen |= reader->take_doubt(place);
    if (!seen) continue;
    Place& at = places_[place];
    if (!at.doubtful) news_.push_back(plan_.names[place] + " went down");
    at.doubtful = true;
    // What the old rings still hold is read before new ones take their place.
    constexpr auto kLastBlock =
        std::chrono::milliseconds(2 * kRetireMilliseconds);
    ask_next_ = std::max(ask_next_, Clock::now() + kLastBlock);
  }
}

void LiveGroup::ask_opener() {
  const Clock::time_point now = Clock::now();
  if (asked_ || now < ask_next_) return;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const std::size_t place = (next_ + i) % places_.size();
    if (!places_[place].doubtful) continue;
    ask_next_ = now + kAskEvery;
    // The next in doubt gets its turn.
    next_ = place + 1;
    if (opener_->send(request_for(place, true))) asked_ = place;
    return;
  }
}

void LiveGroup::hear_opener() {
  const auto answer = opener_->receive();
  if (!answer || !asked_) {
    opener_lives_ = false;
    asked_.reset();
    news_.emplace_back(
        "the opener has ended: an interface that vanishes now stays away");
    return;
  }
  const std::size_t number = *asked_;
  asked_.reset();
  Place& place = places_[number];
  const OpenReply& reply = answer->reply;
  if (reply.error == 0) {
    adopt(number, *answer);
  } else if (reply.error == EALREADY) {
    place.doubtful = false;  // the kernel goes on when it is up again
  } else if (!place.gone) {
    place.gone = true;
    news_.push_back(plan_.names[number] + " is gone; waiting for it");
  }
}

void LiveGroup::adopt(std::size_t number, const ReceivedReply& reply) {
  const std::string& name = plan_.names[number];
  auto rings = map(reply);
  if (!rings) {
    news_.push_back(name + ": " + rings.error().message);
    return;
  }
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    readers_[i]->hand_over(number, std::move((*rings)[i]));
  }
  Place& place = places_[number];
  place.ifindex = reply.reply.ifindex;
  place.doubtful = place.gone = false;
  ++restarts_;
  news_.push_back(name + " is back");
}

}  // namespace netlat
