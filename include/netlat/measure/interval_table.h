#pragma once
// What happened in each second, by service and pair of zones.
//
// Problem: connections are summed up when they end, which is too late for who
// watches now; and a second's numbers have to add up to the connections'.
// Method: every packet's facts are added to the interval its time lies in.
// What the flow room counts by connection (retransmissions, losses, new bytes)
// is taken as the growth of the connection's own counters since the packet
// before, so that intervals sum to what the connection's record will say.
// Bias: that of measure/trouble_counts.h.  Losses that only the IP-ID shows are
// not among them.
// Cost: no hashing but for a connection's first packet of an interval; zones
// are looked up at its first packet of all.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "netlat/flow/flow_table.h"
#include "netlat/measure/exponential_histogram.h"
#include "netlat/measure/flow_record.h"
#include "netlat/measure/service_table.h"
#include "netlat/measure/traffic_counts.h"
#include "netlat/measure/trouble_counts.h"
#include "netlat/measure/zone_label.h"

namespace netlat {

/// Why no connection came about: a reset, no answer, or an ICMP error instead
/// of one.
enum class ConnectFailure : std::uint8_t { reset, timeout, icmp };
inline constexpr std::size_t kConnectFailures = 3;

/// TCP to and from one service, between one pair of zones, within one
/// interval.
struct IntervalStats : TrafficCounts {
  ServiceKey key;
  ZonePlace client_zone, server_zone;  ///< unknown without a map
  bool rest =
      false;  ///< services without a row of their own; key means nothing
  /// Capture point to that side and back, network alone.
  ExponentialHistogram server_rtt, client_rtt;
  ExponentialHistogram service;    ///< as FlowRecord::service
  ExponentialHistogram turns;      ///< as FlowRecord::elapsed; known once the
                                   ///< next request or the end comes
  ExponentialHistogram handshake;  ///< first SYN to first ACK
  std::uint64_t syn_retransmits = 0;  ///< SYN and SYN-ACK, of the retransmits
  std::uint64_t reordered = 0;        ///< overtaken on the way
  std::array<std::uint64_t, 2> resets{};  ///< by the Dir of their sender
  /// Sums up to connect_failures.
  std::array<std::uint64_t, kConnectFailures> failures{};
  TroubleCounts trouble;  ///< its retransmits() and lost are those above

  void fail(ConnectFailure why) noexcept {
    ++connect_failures;
    ++failures[static_cast<std::size_t>(why)];
  }

  void merge(const IntervalStats& other);
};

struct Interval {
  Stamp start, end;
  std::vector<IntervalStats> services;  ///< in order of their first packet
  /// What did not get a row of its own; its key and zones mean nothing.
  IntervalStats others;
};

class IntervalTable {
 public:
  /// Rows of one interval.
  static constexpr std::size_t kMostServices = 4096;

  /// `flows` must outlive this object.
  IntervalTable(const FlowTable& flows, Nanos length)
      : flows_(flows), length_(length) {}

  /// Labels rows with zones from now on, or with none.  Connections are looked
  /// up anew.  Requires: no interval is open that was labelled by another map
  /// (take_last()).  `zones` must outlive this object or its replacement.
  void use(const ZoneLabeler* zones) noexcept {
    zones_ = zones;
    ++zones_used_;
  }

  /// What the flow table said of a batch, right after it did.
  void advance(std::span<const Segment> batch,
               std::span<const SegmentFacts> facts);
  /// What the ends of connections tell, at `now`: the elapsed time of the last
  /// turn, and an attempt that was given up.
  void last_turn(const FlowRecord& flow, Nanos elapsed, Stamp now);
  void unanswered(const FlowRecord& flow, Stamp now);

  /// The earliest interval that ends by `until`, also an empty one; nothing if
  /// there is none.  A packet that comes later than its interval is counted in
  /// the earliest still open.  Where the clock jumps by more than kJump
  /// intervals, those between are left out, and after a jump back what is open
  /// ends early.
  std::optional<Interval> take(Stamp until);
  /// What is left, earliest first, ends in the future included.
  std::optional<Interval> take_last();

  /// One interval of what several tables say of it, each of other connections
  /// and all with zones of one map.  Exact: counts add, histograms merge, and
  /// a row that any of them has is a row.  Requires: at least one.
  static Interval merged(std::vector<Interval> parts);

  /// Addresses that were looked up in a map, by ZoneStatus.
  const std::array<std::uint64_t, 3>& lookups() const noexcept {
    return lookups_;
  }
  static constexpr int kJump = 8;

 private:
  struct RowKey {
    ServiceKey service;
    ZonePlace client, server;

    friend bool operator==(const RowKey&, const RowKey&) = default;
  };
  struct RowKeyHash {
    ServiceKeyHash service;
    std::size_t operator()(const RowKey& key) const noexcept;
  };
  struct Open {
    Interval interval;
    std::unordered_map<RowKey, std::size_t, RowKeyHash> by_key;
    std::uint32_t number = 0;
  };
  // What was seen of a connection by its last packet.
  struct Seen {
    std::uint32_t flow_id = 0, interval = 0, service = 0;
    std::uint64_t bytes = 0, segments = 0;
    std::unique_ptr<TroubleCounts> trouble;  // since it has any
    ZonePlace client, server;
    std::uint16_t zones = 0;  // the map they were looked up in
    std::uint8_t syns = 0;    // retransmitted before it was a connection
    bool connected = false, known = false;
  };

  Open& open_for(Stamp time);
  void open_next();
  Stamp aligned(Stamp time) const;
  RowKey key_of(const IpAddress& client, const ServiceKey& service, Stamp time);
  IntervalStats& entry(Open& open, const RowKey& key, std::uint32_t& index);
  IntervalStats& entry_at(const FlowRecord& flow, Stamp now);
  IntervalStats& entry_of(const Segment& s, const SegmentFacts& facts);
  void add_growth(const SegmentFacts& facts, Stamp time, IntervalStats& stats);

  const FlowTable& flows_;
  Nanos length_;
  const ZoneLabeler* zones_ = nullptr;
  std::uint16_t zones_used_ = 0;
  std::deque<Open> open_;      // adjoining, earliest first
  std::optional<Stamp> next_;  // where the one after them starts
  std::uint32_t numbered_ = 0;
  std::vector<Seen> seen_;  // by connection
  std::array<std::uint64_t, 3> lookups_{};
};

}  // namespace netlat
