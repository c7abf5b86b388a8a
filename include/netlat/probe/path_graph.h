#pragma once
// All the ways to a target that routers spread flows over.
//
// Problem: a router with several next hops of equal cost chooses by a hash of
// the flow, so one flow shows one way, and a few show a few.
// Method: the multipath detection algorithm (Augustin, Friedman, Teixeira,
// 2007).  A vertex of which k successors are known has k + 1 equally likely
// ones with a chance of at most 5 % not to have shown the last, once n(k) flows
// have gone through it.  Flows are added, each probed twice at every TTL, until
// that holds for every vertex.  Flows cannot be steered to a vertex: those that
// are behind a rare one are waited for, so a narrow vertex behind a wide one
// costs its width times as many flows.  A flow that two addresses answer at one
// TTL was balanced packet by packet.
// Bias: ways of unequal weight need more flows than the rule asks for; routers
// that do not answer hide what is behind them.  Linux routers do not hash what
// ICMP probes vary: ICMP shows one way.

#include <cstdint>
#include <set>
#include <vector>

#include "netlat/probe/path_report.h"

namespace netlat {

struct GraphNode {
  std::uint8_t ttl = 0;
  IpAddress address;
  bool target = false;
  std::uint32_t flows = 0;
};

struct GraphEdge {
  std::size_t from = 0, to = 0;  ///< nodes of neighbouring TTLs
  std::uint32_t flows = 0;
  std::vector<Port> ports;  ///< source ports that take it, at most kMostPorts
};
inline constexpr std::size_t kMostPorts = 8;

/// Flows needed through a vertex with `known` successors; 1 or more.
unsigned flows_needed(unsigned known);

class PathGraph {
 public:
  /// Adds the lanes of one more report; those whose source port was seen
  /// before are left out.
  void add(const PathReport& report);

  /// About how many flows more it takes to know all successors of all
  /// vertices; 0: they are known.
  unsigned flows_missing() const;

  /// By TTL and address.
  std::vector<GraphNode> nodes() const;
  /// Indices are of nodes().
  std::vector<GraphEdge> edges() const;
  std::uint32_t flows() const { return flows_; }
  /// TTLs at which packets of one flow went different ways.
  const std::set<std::uint8_t>& by_packet() const { return by_packet_; }

 private:
  struct Place {
    std::uint8_t ttl = 0;
    IpAddress address;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  struct Vertex {
    Place place;
    bool target = false;
    std::uint32_t flows = 0;
  };
  struct Link {
    std::size_t from, to;
    std::uint32_t flows = 0;
    std::vector<Port> ports;
  };

  void add_lane(const PathReport& report, std::uint16_t lane);
  std::size_t vertex(const Place& place);
  void link(std::size_t from, std::size_t to, Port port);
  std::vector<std::size_t> order() const;

  std::vector<Vertex> vertices_;
  std::vector<Link> links_;
  std::set<Port> ports_;
  std::set<std::uint8_t> by_packet_;
  std::uint32_t flows_ = 0;
};

}  // namespace netlat
