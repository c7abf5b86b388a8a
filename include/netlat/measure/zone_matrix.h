#pragma once
// Connections added up by the zone of the client and the zone of the server.
//
// Problem: what the network between two zones takes, out of connections of
// which some were captured at the client, some at the server.  At a host one
// half of the path is that host alone, so to add all server halves up would
// mix tens of microseconds with the network.
// Method: each connection counts by the half that stands for it
// (measure/shown_half.h), the longer one; the network RTT of a pair of zones
// is that of those halves together.  Histograms merge exactly, so the order
// of connections does not matter.
// Bias: a capture in the middle of the path sees two halves of the network and
// the longer one is less than the whole.
// Cost: two look-ups and up to two quantiles a connection when it ends,
// nothing a packet.  Pairs beyond kMostPairs share one entry, addresses
// without a zone beyond kMostAddresses one counter.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "netlat/measure/service_table.h"
#include "netlat/measure/zone_label.h"

namespace netlat {

inline constexpr std::size_t kZoneRelations = 4;

struct ZonePairKey {
  ZonePlace client, server;

  friend auto operator<=>(const ZonePairKey&, const ZonePairKey&) = default;
};

struct ZonePairStats {
  /// Index: the Half that stands for the connection.  Keys mean nothing.
  std::array<ServiceStats, 2> by_half;

  /// All of them together.
  ServiceStats total() const;
  /// Of the half that stands for each connection.
  ExponentialHistogram network() const;
};

/// An address that no zone is known of, by what its connections carried.
struct UnplacedAddress {
  ZoneStatus status = ZoneStatus::unknown;
  std::uint64_t connections = 0;
  std::uint64_t bytes = 0;  ///< payload, each octet once
};

/// A part of the connections.
struct ZoneShare {
  std::uint64_t connections = 0;
  std::uint64_t bytes = 0;  ///< payload, each octet once
  std::uint64_t sent = 0;   ///< payload as often as it was sent
};

class ZoneMatrix {
 public:
  static constexpr std::size_t kMostPairs = 4'096;
  static constexpr std::size_t kMostAddresses = 65'536;

  /// `labeler` must outlive this object.
  explicit ZoneMatrix(const ZoneLabeler& labeler) : labeler_(labeler) {}

  void add(const FlowRecord& flow, const FlowZones& zones,
           const Latencies& latencies);

  const ZoneLabeler& labeler() const noexcept { return labeler_; }
  /// Pairs that got an entry of their own.
  const std::map<ZonePairKey, ZonePairStats>& pairs() const noexcept {
    return pairs_;
  }
  /// What did not.
  const ZonePairStats& others() const noexcept { return others_; }

  const ZoneShare& all() const noexcept { return all_; }
  const ZoneShare& of(ZoneRelation relation) const noexcept {
    return by_relation_[static_cast<std::size_t>(relation)];
  }
  /// Connections with an end of that status; one with an ambiguous and an
  /// unknown end is in both.
  const ZoneShare& of(ZoneStatus status) const noexcept {
    return by_status_[static_cast<std::size_t>(status)];
  }
  /// Most octets first.
  std::vector<std::pair<IpAddress, UnplacedAddress>> unplaced() const;
  /// Whether there are more of these than were counted.
  bool more_unplaced() const noexcept { return more_unplaced_; }

  /// First packet of any connection to last packet of any; equal if there is
  /// none.
  Stamp first() const noexcept { return first_; }
  Stamp last() const noexcept { return last_; }

 private:
  ZonePairStats& entry(const ZonePairKey& key);
  void add_unplaced(const IpAddress& address, ZoneStatus status,
                    std::uint64_t bytes);

  const ZoneLabeler& labeler_;
  std::map<ZonePairKey, ZonePairStats> pairs_;
  ZonePairStats others_;
  ZoneShare all_;
  std::array<ZoneShare, kZoneRelations> by_relation_;
  std::array<ZoneShare, 3> by_status_;
  std::map<IpAddress, UnplacedAddress> unplaced_;
  bool more_unplaced_ = false;
  Stamp first_, last_;
};

}  // namespace netlat
