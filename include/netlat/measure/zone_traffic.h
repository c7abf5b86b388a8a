#pragma once
// What went from zone to zone, in octets: what a cloud charges for.
//
// Problem: an interval's rows are of TCP alone and have the client's zone and
// the server's; what is paid for is every packet, and by direction.
// Method: each packet counts for the zones of its source and its destination
// and for its transport, with the length it had on the link.  Where no map is
// used both zones are unknown.
// Bias: a packet counts as often as it was captured, so twice where it is
// captured on two interfaces; of a segment that the network card cuts up the
// headers of all pieces but one are missing.  A pair of addresses is looked up
// once between two calls of take(), so what a map says to begin within that
// second begins with the next.
// Cost: one hash and one comparison a packet; two look-ups for a pair of
// addresses that is not among the kPairs latest.  Beyond kMostWays the rest
// counts together, between zones unknown.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "netlat/base/keyed_hash.h"
#include "netlat/measure/zone_label.h"
#include "netlat/packet/segment.h"

namespace netlat {

/// From one zone to another by one transport.
struct ZoneWay {
  ZonePlace source, destination;
  Transport transport = Transport::other;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;  ///< on the link
};

class ZoneTraffic {
 public:
  static constexpr std::size_t kMostWays = 256;
  static constexpr std::size_t kPairs = 1024;

  ZoneTraffic();

  /// Labels with zones from now on, or with none.  Requires: take() was called
  /// since the last add().  `zones` must outlive this object or its
  /// replacement.
  void use(const ZoneLabeler* zones);

  void add(const Segment& s, std::uint32_t wire_length) {
    const auto& from = s.source;
    const auto& to = s.destination;
    Pair& pair = pairs_[hash_({from.word0(), from.word1(), to.word0(),
                               to.word1(), 0, 0}) %
                        kPairs];
    const bool same = pair.known && pair.transport == s.transport &&
                      pair.source == from && pair.destination == to;
    if (!same) [[unlikely]]
      look_up(s, pair);
    ZoneWay& way = ways_[pair.way];
    ++way.packets;
    way.bytes += wire_length;
  }

  /// What was added since the last call.
  std::vector<ZoneWay> take();

  /// Addresses that were looked up, by ZoneStatus.
  const std::array<std::uint64_t, 3>& lookups() const noexcept {
    return lookups_;
  }

 private:
  struct Pair {
    IpAddress source, destination;
    std::uint32_t way = 0;
    Transport transport = Transport::other;
    bool known = false;
  };

  void look_up(const Segment& s, Pair& pair);
  ZonePlace place(const IpAddress& address, Stamp time);
  std::uint32_t way(const ZonePlace& source, const ZonePlace& destination,
                    Transport transport);

  const ZoneLabeler* zones_ = nullptr;
  KeyedHash hash_;
  std::vector<Pair> pairs_;
  std::vector<ZoneWay> ways_;
  std::array<std::uint64_t, 3> lookups_{};
};

}  // namespace netlat
