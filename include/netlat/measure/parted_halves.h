#pragma once
// Connections of which each direction was captured, but apart.
//
// Problem: tunnel and tag ids set connections apart, since tenants reuse
// addresses, and so do capture points.  A mirror that gives each direction an
// id of its own, or a host that answers by another interface, then shows two
// connections with one direction each, and neither has a round trip.
// Method: a one-sided connection is looked for, turned round, among the
// one-sided ones before it; one that overlaps it in time is its other half.
// Bias: two tenants with the same addresses and ports at the same time, each
// seen in one direction, look the same.  The first 65,536 are remembered.

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "netlat/measure/flow_record.h"

namespace netlat {

class PartedHalves {
 public:
  /// Requires: flow.one_sided.
  void add(const FlowRecord& flow);

  /// Connections whose directions came through different tunnels or tags.
  std::uint64_t by_tunnel() const noexcept { return by_tunnel_; }
  /// The same of different interfaces or files, but alike in tunnels.
  std::uint64_t by_vantage() const noexcept { return by_vantage_; }

 private:
  static constexpr std::size_t kMost = 65'536;

  struct Half {
    Stamp start, end;
    std::uint32_t vantage;
    std::vector<Encap> encap;
  };
  // Sender, receiver and their ports.
  using Way = std::tuple<IpAddress, IpAddress, Port, Port>;

  std::map<Way, Half> halves_;
  std::uint64_t by_tunnel_ = 0, by_vantage_ = 0;
};

}  // namespace netlat
