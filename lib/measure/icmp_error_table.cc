#include "netlat/measure/icmp_error_table.h"

#include <algorithm>
#include <tuple>

namespace netlat {

namespace {

bool is_error(const Segment& s) {
  // RFC 4443 2.1: ICMPv6 errors have the high bit clear, and 0 is reserved.
  if (s.transport == Transport::icmp6) {
    return s.icmp.type >= 1 && s.icmp.type <= 127;
  }
  // Unreachable, source quench, time exceeded, parameter problem.  A redirect
  // (5) has an answer for the sender, and the packet went its way.
  constexpr std::uint32_t kErrors = 1U << 3 | 1U << 4 | 1U << 11 | 1U << 12;
  return s.transport == Transport::icmp && s.icmp.type < 32 &&
         (kErrors >> s.icmp.type & 1) != 0;
}

// The same for both directions.
std::uint64_t flow_hash(const QuotedPacket& q, const KeyedHash& hash) {
  auto low = std::tie(q.source, q.source_port);
  auto high = std::tie(q.destination, q.destination_port);
  const bool turned = high < low;
  const auto& [low_ip, low_port] = turned ? high : low;
  const auto& [high_ip, high_port] = turned ? low : high;
  const auto rest = std::uint64_t{low_port} << 24 |
                    std::uint64_t{high_port} << 8 |
                    static_cast<std::uint64_t>(q.transport);
  return hash({low_ip.word0(), low_ip.word1(), high_ip.word0(), high_ip.word1(),
               rest, 0});
}

}  // namespace

IcmpErrorStats& IcmpErrorTable::entry(const Key& key) {
  const IcmpError& error = key.error;
  const IcmpError beyond{error.v6, error.type, std::nullopt, 0};
  return entries_.at(key, {IpAddress(), beyond});
}

void IcmpErrorTable::advance(const Segment& s) {
  if (!is_error(s)) return;
  const IcmpError error{s.transport == Transport::icmp6, s.icmp.type,
                        s.icmp.code, s.icmp.next_hop_mtu};
  IcmpErrorStats& stats = entry({s.source, error});
  if (stats.count++ == 0) stats.first = stats.last = s.time;
  stats.first = std::min(stats.first, s.time);
  stats.last = std::max(stats.last, s.time);
  if (s.icmp.has_quote) stats.flows.add(flow_hash(s.icmp.quote, hash_));
}

void IcmpErrorTable::merge(const IcmpErrorTable& other) {
  for (const auto& [key, more] : other.entries()) {
    IcmpErrorStats& stats = entry(key);
    const bool fresh = stats.count == 0;
    stats.first = fresh ? more.first : std::min(stats.first, more.first);
    stats.last = fresh ? more.last : std::max(stats.last, more.last);
    stats.count += more.count;
    stats.flows.merge(more.flows);
  }
}

}  // namespace netlat
