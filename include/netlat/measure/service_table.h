#pragma once
// Connections added up by the service they went to.
//
// Counts add, histograms merge exactly, so the order of connections does not
// matter.  A port scan makes as many services as packets; beyond `max_services`
// further ones share one entry, so that totals still add up in bounded memory.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>

#include "netlat/base/address.h"
#include "netlat/base/keyed_hash.h"
#include "netlat/measure/exponential_histogram.h"
#include "netlat/measure/flow_record.h"
#include "netlat/measure/latencies.h"
#include "netlat/measure/shown_half.h"
#include "netlat/measure/top_name.h"

namespace netlat {

struct ServiceKey {
  IpAddress server;
  Port port = 0;
  Transport proto = Transport::tcp;

  friend bool operator==(const ServiceKey&, const ServiceKey&) = default;
  friend auto operator<=>(const ServiceKey&, const ServiceKey&) = default;
};

struct ServiceKeyHash {
  KeyedHash keyed;
  std::size_t operator()(const ServiceKey& key) const noexcept;
};

/// Packets lost in one half of the path, both directions, and the best that
/// is known of any of them.
struct HalfLoss {
  std::uint64_t packets = 0;
  Confidence best = Confidence::none;
};

struct ServiceStats {
  ServiceKey key;
  TopName name;  ///< asked for in TLS
  std::uint64_t connections = 0;
  std::uint64_t one_sided = 0;  ///< connections of which one direction is seen
  std::array<std::uint64_t, kHandshakeOutcomes> by_outcome{};
  std::uint64_t turns = 0, turns_lossy = 0;
  HistogramsByKind latency;
  ExponentialHistogram connect;  ///< first SYN to first ACK
  /// Sums over connections; max_in_flight is the greatest, mss and
  /// window_scale mean nothing.
  DirectionRecord c2s, s2c;

  /// The distributions in `flow` are not looked at: `latencies` has them.
  void add(const FlowRecord& flow, const Latencies& latencies);
  /// Adds the numbers of `other`; the key and the name stay.
  void merge(const ServiceStats& other);

  ExponentialHistogram operator[](Distribution d) const;
  /// Refused or never answered.
  std::uint64_t connect_failures() const;
  /// Losses between the capture point and that side.
  HalfLoss lost(Half half) const;
};

/// Adds the counts of one more connection's direction.
void accumulate(DirectionRecord& into, const DirectionRecord& from);

class ServiceTable {
 public:
  static constexpr std::size_t kDefaultMaxServices = 16'384;

  explicit ServiceTable(std::size_t max_services = kDefaultMaxServices)
      : max_services_(max_services) {}

  /// The distributions in `flow` are not looked at: `latencies` has them.
  void add(const FlowRecord& flow, const Latencies& latencies);

  /// Adds what another table counted, of other connections.
  void merge(const ServiceTable& other);

  /// Null if no connection of that service was added under its own name.
  /// Valid while the table lives; changes with add().
  const ServiceStats* find(const ServiceKey& key) const;
  /// All named services, in order of their first connection's end.
  const std::deque<ServiceStats>& entries() const noexcept { return services_; }
  /// What did not fit under a name; its key means nothing.
  const ServiceStats& others() const noexcept { return others_; }

 private:
  ServiceStats& entry(const ServiceKey& key);

  std::size_t max_services_;
  std::deque<ServiceStats> services_;
  std::unordered_map<ServiceKey, std::size_t, ServiceKeyHash> by_key_;
  ServiceStats others_;
};

}  // namespace netlat
