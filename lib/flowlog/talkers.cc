// Problem: a day of flow logs names more pairs of addresses than memory should
// hold, and only the largest are shown.  Method: rows of eight talkers, chosen
// by a keyed hash as in a processor's cache; in a full row the talker with the
// fewest bytes makes room, and what it had goes to the totals.  Bias: a pair
// that leaves and comes back starts again, so a large talker whose traffic
// comes late may be missing bytes it had before; evictions are counted.
// Cost: eight tags compared a record.
//
// Both interfaces of a flow log the same packets, as do those of gateways in
// between.  So bytes are kept for each of the first two interfaces that saw a
// direction, and the larger counts: adding them would count a byte twice.

#include "netlat/flowlog/talkers.h"

#include <algorithm>
#include <tuple>

namespace netlat {

void Talker::add(TalkerSide sender, std::uint64_t interface,
                 const Traffic& seen) {
  for (Sighting& s : sightings_[static_cast<std::size_t>(sender)]) {
    const bool empty = s.traffic.packets == 0 && s.traffic.bytes == 0;
    if (!empty && s.interface != interface) continue;
    s.interface = interface;
    s.traffic.bytes += seen.bytes;
    s.traffic.packets += seen.packets;
    return;
  }
}

Traffic Talker::traffic(TalkerSide sender) const {
  const auto& [one, other] = sightings_[static_cast<std::size_t>(sender)];
  return one.traffic.bytes >= other.traffic.bytes ? one.traffic : other.traffic;
}

TalkerTable::TalkerTable(Leaving& leaving, std::size_t rows, KeyedHash hash)
    : leaving_(leaving),
      hash_(hash),
      mask_(rows - 1),
      tags_(rows * kWays),
      talkers_(rows * kWays) {}

Talker& TalkerTable::of(const TalkerKey& key) {
  const std::uint64_t h = hash_(
      {key.client.word0(), key.client.word1(), key.server.word0(),
       key.server.word1(), std::uint64_t{key.port} << 8 | key.protocol, 0});
  const auto tag = static_cast<std::uint32_t>(h >> 32) | 1U;
  const std::size_t row = (h & mask_) * kWays;
  std::size_t chosen = row;
  for (std::size_t i = row; i < row + kWays; ++i) {
    if (tags_[i] == tag && talkers_[i].key == key) return talkers_[i];
    if (tags_[i] == 0) {
      chosen = i;
      break;
    }
    if (talkers_[i].bytes() < talkers_[chosen].bytes()) chosen = i;
  }
  Talker& talker = talkers_[chosen];
  if (tags_[chosen] != 0) {
    ++evicted_;
    leaving_.leave(talker);
    talker = Talker();
  }
  tags_[chosen] = tag;
  talker.key = key;
  return talker;
}

std::vector<const Talker*> TalkerTable::all() const {
  std::vector<const Talker*> found;
  for (std::size_t i = 0; i < tags_.size(); ++i) {
    if (tags_[i] != 0) found.push_back(&talkers_[i]);
  }
  return found;
}

namespace {
bool to_server(const IpAddress& src, Port src_port, const IpAddress& dst,
               Port dst_port) noexcept {
  return std::tie(src_port, src) > std::tie(dst_port, dst);
}
}  // namespace

TalkerKey talker_key(const IpAddress& a, Port a_port, const IpAddress& b,
                     Port b_port, std::uint8_t protocol) noexcept {
  if (to_server(a, a_port, b, b_port)) return {a, b, b_port, protocol};
  return {b, a, a_port, protocol};
}

DirectedTalker talker_of(const LogRecord& r) noexcept {
  const TalkerKey key =
      talker_key(r.src, r.src_port, r.dst, r.dst_port, r.protocol);
  return {key, to_server(r.src, r.src_port, r.dst, r.dst_port)
                   ? TalkerSide::client
                   : TalkerSide::server};
}

}  // namespace netlat
