#include "netlat/measure/interval_table.h"

#include <algorithm>
#include <utility>

namespace netlat {

namespace {

// What a counter has beyond the most that was seen of it.
std::uint64_t growth(std::uint64_t now, std::uint64_t& seen) {
  if (now <= seen) return 0;
  return now - std::exchange(seen, now);
}

ServiceKey service_of(const Segment& s, Dir dir) {
  if (dir == Dir::c2s) return {s.destination, s.destination_port, s.transport};
  return {s.source, s.source_port, s.transport};
}

const IpAddress& client_of(const Segment& s, Dir dir) {
  return dir == Dir::c2s ? s.source : s.destination;
}

void add_class(const SegmentFacts& facts, IntervalStats& stats) {
  switch (facts.segment_class) {
    case SegmentClass::retransmission:
    case SegmentClass::late_fill:
      if (facts.cause == RetransmitCause::syn_timer) ++stats.syn_retransmits;
      break;
    case SegmentClass::reordered:
      ++stats.reordered;
      break;
    case SegmentClass::reset:
      ++stats.resets[static_cast<std::size_t>(facts.dir)];
      break;
    default:
      break;
  }
}

}  // namespace

void IntervalStats::merge(const IntervalStats& other) {
  server_rtt.merge(other.server_rtt);
  client_rtt.merge(other.client_rtt);
  service.merge(other.service);
  turns.merge(other.turns);
  handshake.merge(other.handshake);
  syn_retransmits += other.syn_retransmits;
  reordered += other.reordered;
  for (std::size_t i = 0; i < resets.size(); ++i) resets[i] += other.resets[i];
  for (std::size_t i = 0; i < failures.size(); ++i) {
    failures[i] += other.failures[i];
  }
  trouble.add(other.trouble);
  add(other);
}

Stamp IntervalTable::aligned(Stamp time) const {
  const Nanos since = time.time_since_epoch();
  const Nanos past = since % length_;
  return time - (past < Nanos{0} ? past + length_ : past);
}

void IntervalTable::open_next() {
  Open& open = open_.emplace_back();
  open.interval.start = *next_;
  open.interval.end = *next_ = *next_ + length_;
  open.interval.others.rest = true;
  open.number = ++numbered_;
}

IntervalTable::Open& IntervalTable::open_for(Stamp time) {
  if (!next_) next_ = aligned(time);
  if (open_.empty()) open_next();
  if (time >= *next_ && time - *next_ < kJump * length_) {
    while (time >= *next_) open_next();
  }
  for (Open& open : open_) {
    if (time < open.interval.end) return open;
  }
  return open_.back();
}

std::size_t IntervalTable::RowKeyHash::operator()(
    const RowKey& key) const noexcept {
  // Few pairs of zones; what strangers choose is hashed with a key.
  constexpr std::size_t kSpread = 0x9e37'79b9'7f4a'7c15;
  return service(key.service) ^
         (std::size_t{key.client.zone} << 32 | key.server.zone) * kSpread;
}

IntervalTable::RowKey IntervalTable::key_of(const IpAddress& client,
                                            const ServiceKey& service,
                                            Stamp time) {
  RowKey key;
  key.service = service;
  if (zones_ != nullptr) {
    key.client = zones_->place(client, time);
    key.server = zones_->place(service.server, time);
    ++lookups_[static_cast<std::size_t>(key.client.status)];
    ++lookups_[static_cast<std::size_t>(key.server.status)];
  }
  return key;
}

IntervalStats& IntervalTable::entry(Open& open, const RowKey& key,
                                    std::uint32_t& index) {
  auto& services = open.interval.services;
  const auto found = open.by_key.find(key);
  if (found != open.by_key.end()) {
    index = static_cast<std::uint32_t>(found->second);
    return services[found->second];
  }
  index = static_cast<std::uint32_t>(services.size());
  if (services.size() >= kMostServices) return open.interval.others;
  open.by_key.emplace(key, services.size());
  IntervalStats& fresh = services.emplace_back();
  fresh.key = key.service;
  fresh.client_zone = key.client;
  fresh.server_zone = key.server;
  return fresh;
}

IntervalStats& IntervalTable::entry_of(const Segment& s,
                                       const SegmentFacts& facts) {
  Open& open = open_for(s.time);
  std::uint32_t index = 0;
  if (facts.connection == SegmentFacts::kNoConnection) {
    return entry(
        open, key_of(client_of(s, facts.dir), service_of(s, facts.dir), s.time),
        index);
  }
  if (facts.connection >= seen_.size()) seen_.resize(facts.connection + 1);
  Seen& seen = seen_[facts.connection];
  if (!seen.known || seen.flow_id != facts.flow_id) {
    seen = Seen{};
    seen.known = true;
    seen.flow_id = facts.flow_id;
    // Counted as they came, before there was a connection.
    seen.syns = flows_.at(facts.connection).syn_retransmits;
  }
  if (seen.interval == open.number) {
    auto& services = open.interval.services;
    return seen.service < services.size() ? services[seen.service]
                                          : open.interval.others;
  }
  RowKey key;
  if (seen.zones == zones_used_) {
    key = {service_of(s, facts.dir), seen.client, seen.server};
  } else {
    key = key_of(client_of(s, facts.dir), service_of(s, facts.dir), s.time);
    seen.client = key.client;
    seen.server = key.server;
    seen.zones = zones_used_;
  }
  IntervalStats& stats = entry(open, key, seen.service);
  seen.interval = open.number;
  return stats;
}

void IntervalTable::add_growth(const SegmentFacts& facts, Stamp time,
                               IntervalStats& stats) {
  const Connection& c = flows_.at(facts.connection);
  Seen& seen = seen_[facts.connection];
  const auto& [client, server] = c.half;
  stats.bytes += growth(client.bytes + server.bytes, seen.bytes);
  stats.segments += growth(client.segments + server.segments, seen.segments);
  if (client.trouble || server.trouble) {
    if (!seen.trouble) {
      seen.trouble = std::make_unique<TroubleCounts>();
      seen.trouble->of(RetransmitCause::syn_timer) = seen.syns;
    }
    const TroubleCounts grown =
        take_growth(trouble_counts(c, time), *seen.trouble);
    stats.trouble.add(grown);
    stats.retransmits += grown.retransmits();
    stats.lost += grown.lost;
  }
  if (seen.connected) return;
  if (c.handshake == HandshakeOutcome::refused) {
    seen.connected = true;
    stats.fail(ConnectFailure::reset);
  } else if (c.connect >= 0) {
    seen.connected = true;
    ++stats.connects;
    stats.handshake.add(Nanos{c.connect});
  }
}

void IntervalTable::advance(std::span<const Segment> batch,
                            std::span<const SegmentFacts> facts) {
  for (const SegmentFacts& f : facts.first(batch.size())) {
    if (f.connection < seen_.size()) __builtin_prefetch(&seen_[f.connection]);
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Segment& s = batch[i];
    const SegmentFacts& f = facts[i];
    if (s.transport != Transport::tcp) continue;
    IntervalStats& stats = entry_of(s, f);
    ++stats.packets;
    if (f.connection == SegmentFacts::kNoConnection) {
      // Of SYNs nobody has answered yet.
      if (f.segment_class == SegmentClass::retransmission) {
        ++stats.retransmits;
        ++stats.syn_retransmits;
        ++stats.trouble.of(RetransmitCause::syn_timer);
      }
      continue;
    }
    add_growth(f, s.time, stats);
    add_class(f, stats);
    for (std::uint8_t n = 0; n < f.rtt_count; ++n) {
      const RttSample& rtt = f.rtt[n];
      if (!rtt.network) continue;
      (rtt.half == Dir::c2s ? stats.server_rtt : stats.client_rtt).add(rtt.rtt);
    }
    if (f.has_service) stats.service.add(f.turn);
    if (f.has_elapsed) stats.turns.add(f.turn);
  }
}

IntervalStats& IntervalTable::entry_at(const FlowRecord& flow, Stamp now) {
  std::uint32_t index = 0;
  const ServiceKey service{flow.server, flow.server_port, flow.proto};
  return entry(open_for(now), key_of(flow.client, service, flow.start_time),
               index);
}

void IntervalTable::last_turn(const FlowRecord& flow, Nanos elapsed,
                              Stamp now) {
  entry_at(flow, now).turns.add(elapsed);
}

void IntervalTable::unanswered(const FlowRecord& flow, Stamp now) {
  entry_at(flow, now).fail(flow.handshake.unreachable
                               ? ConnectFailure::icmp
                               : ConnectFailure::timeout);
}

std::optional<Interval> IntervalTable::take(Stamp until) {
  if (!next_) next_ = aligned(until);
  if (open_.empty()) {
    // Nothing was counted since; a jump either way costs nothing.
    const Nanos behind = until - *next_;
    if (behind > kJump * length_ || behind < -kJump * length_) {
      next_ = aligned(until) - length_;
    }
    if (*next_ + length_ > until) return std::nullopt;
    open_next();
  }
  const Interval& first = open_.front().interval;
  const bool jumped_back = first.start - until > kJump * length_;
  if (first.end > until && !jumped_back) return std::nullopt;
  auto taken = take_last();
  if (jumped_back && open_.empty()) next_.reset();
  return taken;
}

Interval IntervalTable::merged(std::vector<Interval> parts) {
  Interval sum = std::move(parts.front());
  if (parts.size() == 1) return sum;
  std::unordered_map<RowKey, std::size_t, RowKeyHash> by_key;
  const auto key_of_row = [](const IntervalStats& row) {
    return RowKey{row.key, row.client_zone, row.server_zone};
  };
  for (const IntervalStats& row : sum.services) {
    by_key.emplace(key_of_row(row), by_key.size());
  }
  for (std::size_t part = 1; part < parts.size(); ++part) {
    for (IntervalStats& row : parts[part].services) {
      const auto [found, fresh] =
          by_key.try_emplace(key_of_row(row), sum.services.size());
      if (fresh) {
        sum.services.push_back(std::move(row));
      } else {
        sum.services[found->second].merge(row);
      }
    }
    sum.others.merge(parts[part].others);
  }
  return sum;
}

std::optional<Interval> IntervalTable::take_last() {
  if (open_.empty()) return std::nullopt;
  Interval taken = std::move(open_.front().interval);
  open_.pop_front();
  return taken;
}

}  // namespace netlat
