#include "netlat/probe/path_graph.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

namespace netlat {

namespace {

constexpr double kMissed = 0.05;

// The chance that `flows` flows miss at least one of `ways` equal ways, by
// inclusion and exclusion.
double chance_to_miss(unsigned ways, unsigned flows) {
  double sum = 0, choose = 1;
  for (unsigned i = 1; i <= ways; ++i) {
    choose *= static_cast<double>(ways - i + 1) / i;
    const double left = static_cast<double>(ways - i) / ways;
    sum += (i % 2 == 1 ? 1 : -1) * choose * std::pow(left, flows);
  }
  return sum;
}

}  // namespace

unsigned flows_needed(unsigned known) {
  unsigned flows = known + 1;
  while (chance_to_miss(known + 1, flows) > kMissed) ++flows;
  return flows;
}

std::size_t PathGraph::vertex(const Place& place) {
  const auto at =
      std::find_if(vertices_.begin(), vertices_.end(),
                   [&](const Vertex& v) { return v.place == place; });
  if (at != vertices_.end()) {
    return static_cast<std::size_t>(at - vertices_.begin());
  }
  vertices_.push_back({place});
  return vertices_.size() - 1;
}

void PathGraph::link(std::size_t from, std::size_t to, Port port) {
  auto at = std::find_if(links_.begin(), links_.end(), [&](const Link& l) {
    return l.from == from && l.to == to;
  });
  if (at == links_.end()) at = links_.insert(at, Link{from, to, 0, {}});
  ++at->flows;
  if (at->ports.size() < kMostPorts) at->ports.push_back(port);
}

void PathGraph::add(const PathReport& report) {
  for (std::size_t i = 0; i < report.lanes.size(); ++i) {
    if (!ports_.insert(report.lanes[i].source_port).second) continue;
    ++flows_;
    add_lane(report, static_cast<std::uint16_t>(i));
  }
}

void PathGraph::add_lane(const PathReport& report, std::uint16_t lane) {
  std::map<std::uint8_t, const HopSeries*> hops;
  for (const HopSeries& s : report.series) {
    if (s.lane != lane || !s.address) continue;
    const auto [at, first] = hops.emplace(s.ttl, &s);
    if (first) continue;
    by_packet_.insert(s.ttl);
    // One of the two, always the same one.
    if (s.address < at->second->address) at->second = &s;
  }
  std::optional<std::size_t> before;
  std::uint8_t last = 0;
  for (const auto& [ttl, series] : hops) {
    const std::size_t here = vertex({ttl, *series->address});
    ++vertices_[here].flows;
    if (series->kind == AnswerKind::reached) vertices_[here].target = true;
    if (before && last + 1 == ttl) {
      link(*before, here, report.lanes[lane].source_port);
    }
    before = here;
    last = ttl;
  }
}

unsigned PathGraph::flows_missing() const {
  if (flows_ == 0) return flows_needed(1);
  double missing = 0;
  const auto demand = [&](std::uint32_t seen, unsigned successors) {
    if (successors == 0) return;
    const unsigned needed = flows_needed(successors);
    if (seen >= needed) return;
    missing = std::max(missing, static_cast<double>(needed - seen) * flows_ /
                                    std::max(seen, 1u));
  };
  unsigned roots = 0, root_flows = 0;
  const std::uint8_t first =
      vertices_.empty()
          ? std::uint8_t{0}
          : std::min_element(vertices_.begin(), vertices_.end(),
                             [](auto& a, auto& b) { return a.place < b.place; })
                ->place.ttl;
  for (const Vertex& v : vertices_) {
    if (v.place.ttl != first) continue;
    ++roots;
    root_flows += v.flows;
  }
  demand(root_flows, roots);
  for (std::size_t i = 0; i < vertices_.size(); ++i) {
    unsigned successors = 0, seen = 0;
    for (const Link& l : links_) {
      if (l.from != i) continue;
      ++successors;
      seen += l.flows;
    }
    demand(seen, successors);
  }
  return static_cast<unsigned>(std::ceil(missing));
}

std::vector<std::size_t> PathGraph::order() const {
  std::vector<std::size_t> out(vertices_.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  std::sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) {
    return vertices_[a].place < vertices_[b].place;
  });
  return out;
}

std::vector<GraphNode> PathGraph::nodes() const {
  std::vector<GraphNode> out;
  for (const std::size_t i : order()) {
    const Vertex& v = vertices_[i];
    out.push_back({v.place.ttl, v.place.address, v.target, v.flows});
  }
  return out;
}

std::vector<GraphEdge> PathGraph::edges() const {
  const auto places = order();
  std::vector<std::size_t> rank(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) rank[places[i]] = i;
  std::vector<GraphEdge> out;
  for (const Link& l : links_) {
    out.push_back({rank[l.from], rank[l.to], l.flows, l.ports});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::pair(a.from, a.to) < std::pair(b.from, b.to);
  });
  return out;
}

}  // namespace netlat
