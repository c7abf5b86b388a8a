// Problem: a zone map is wrong quietly.  Every address gets an answer, and a
// stale subnet or a regional range makes it the wrong one.  Method: what the
// lines say of each other, without a packet.  A cloud subnet lies in one zone,
// so that a prefix inside another of the same scope but in another zone is
// doubtful; a line written by hand is believed to be an exception on purpose.
//
// Cost: linear but for coverage, which visits the prefixes inside each prefix
// down to the first that cover.

#include "netlat/zone/zone_lint.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "lib/zone/conflicts.h"
#include "lib/zone/zone_index.h"

namespace netlat {

namespace {

bool overlap_in_time(const LineRule& a, const LineRule& b) {
  return a.from_us < b.to_us && b.from_us < a.to_us;
}

bool always_when(const LineRule& line, const LineRule& other) {
  return line.from_us <= other.from_us && other.to_us <= line.to_us;
}

// "us-east-1", "us-gov-west-1", "europe-west4": words, then one digit.
bool spelt_like_a_region(std::string_view zone) {
  if (zone.size() < 6 || zone.back() < '1' || zone.back() > '9') return false;
  zone.remove_suffix(zone[zone.size() - 2] == '-' ? 2 : 1);
  const auto hyphen = zone.find('-');
  constexpr std::string_view kDirections[] = {"north", "south",   "east",
                                              "west",  "central", "northeast"};
  if (hyphen == std::string_view::npos) return false;
  return std::any_of(std::begin(kDirections), std::end(kDirections),
                     [&](std::string_view d) { return zone.ends_with(d); });
}

class Linter {
 public:
  explicit Linter(const ZoneMap& map)
      : map_(map), index_(map.index()), zones_(index_.data().zones) {}

  std::vector<ZoneFinding> run() {
    for (const ZoneConflict& c : find_conflicts(index_, map_.line_count())) {
      add(ZoneFault::conflict, c.second, c.first);
    }
    find_overlaps();
    find_zones();
    find_dead_lines();
    find_repeats();
    for (ZoneLineId line = 1; line <= map_.line_count(); ++line) {
      if (raw(line).host_bits) add(ZoneFault::host_bits, line, 0);
    }
    const auto before = [](const ZoneFinding& a, const ZoneFinding& b) {
      return a.fault < b.fault;
    };
    std::stable_sort(found_.begin(), found_.end(), before);
    return std::move(found_);
  }

 private:
  const RawLine& raw(ZoneLineId line) const {
    return index_.data().lines[line - 1];
  }
  const LineRule& rule(ZoneLineId line) const {
    return index_.rules()[line - 1];
  }
  void add(ZoneFault fault, ZoneLineId line, ZoneLineId other) {
    found_.push_back({fault, line, other, 1});
  }
  bool contradict(ZoneLineId a, ZoneLineId b) const {
    const ZoneId p = rule(a).zone, q = rule(b).zone;
    return p != q && zones_.tier(p) == zones_.tier(q) &&
           zones_.tier(p) != ZoneTier::nothing;
  }

  // Lines of one group in a node; `first` is a line id, 0 if there are none.
  ZoneLineId first_of(const PrefixNode& node, std::uint32_t group) const {
    const auto from = index_.rules().begin() + node.begin;
    const auto to = index_.rules().begin() + node.end;
    const auto at = std::lower_bound(
        from, to, group,
        [](const LineRule& r, std::uint32_t g) { return r.group < g; });
    if (at == to || at->group != group) return 0;
    return static_cast<ZoneLineId>(at - index_.rules().begin()) + 1;
  }

  void find_overlaps() {
    for (const PrefixNode& node : index_.nodes()) {
      for (std::uint32_t i = node.begin; i < node.end; ++i) {
        const ZoneLineId line = i + 1;
        const ZoneLineId around = line_around(node, rule(line).group);
        if (around == 0 || rule(line).rank == 0 || rule(around).rank == 0) {
          continue;
        }
        if (contradict(line, around) &&
            overlap_in_time(rule(line), rule(around))) {
          add(ZoneFault::overlap, line, around);
        }
      }
    }
  }
  // The first line of the group in the longest prefix around the node.
  ZoneLineId line_around(const PrefixNode& node, std::uint32_t group) const {
    for (std::uint32_t n = node.parent; n != PrefixNode::kNone;
         n = index_.nodes()[n].parent) {
      if (const ZoneLineId line = first_of(index_.nodes()[n], group)) {
        return line;
      }
    }
    return 0;
  }

  // What holds of a zone rather than of a line is found once for each zone.
  void find_zones() {
    struct Use {
      ZoneLineId first = 0, with_region = 0, other_region = 0;
      std::uint64_t lines = 0;
      bool own_region = false, regional_subnet = false;
    };
    std::vector<Use> uses(zones_.count() + 1);
    for (ZoneLineId line = 1; line <= map_.line_count(); ++line) {
      const RawLine& l = raw(line);
      Use& use = uses[l.zone];
      if (use.first == 0) use.first = line;
      ++use.lines;
      if (l.region != 0 && use.with_region == 0) use.with_region = line;
      if (l.region != 0 && use.other_region == 0 &&
          raw(use.with_region).region != l.region) {
        use.other_region = line;
      }
      const ZoneLine full = map_.line(line);
      use.own_region = use.own_region || full.region == zones_.name(l.zone);
      use.regional_subnet =
          use.regional_subnet ||
          (full.kind == "subnet" && (full.source.starts_with("gcp-") ||
                                     full.source.starts_with("azure-")));
    }
    for (ZoneId id = 1; id < uses.size(); ++id) {
      const Use& use = uses[id];
      const ZoneTier tier = zones_.tier(id);
      if (use.first == 0 || tier == ZoneTier::region) continue;
      if (use.other_region != 0) {
        add(ZoneFault::two_regions, use.other_region, use.with_region);
      }
      if (use.own_region || use.regional_subnet ||
          spelt_like_a_region(zones_.name(id))) {
        found_.push_back({ZoneFault::region_as_zone, use.first, 0, use.lines});
      }
      if (tier != ZoneTier::scoped_name) continue;
      for (ZoneId other = 1; other < uses.size(); ++other) {
        if (uses[other].first == 0 || !comparable_by_eye(id, other)) continue;
        found_.push_back(
            {ZoneFault::name_and_id, use.first, uses[other].first, use.lines});
        break;
      }
    }
  }
  // A zone with an id, perhaps in the region of the name.
  bool comparable_by_eye(ZoneId name, ZoneId other) const {
    return zones_.tier(other) == ZoneTier::id &&
           map_.relation(name, other) != ZoneRelation::cross_region;
  }

  void find_dead_lines() {
    const auto& nodes = index_.nodes();
    std::vector<std::uint32_t> after(nodes.size());  // of a node's inner ones
    for (std::uint32_t n = 0; n < nodes.size(); ++n) after[n] = n + 1;
    for (auto n = static_cast<std::uint32_t>(nodes.size()); n-- > 0;) {
      const std::uint32_t parent = nodes[n].parent;
      if (parent != PrefixNode::kNone) {
        after[parent] = std::max(after[parent], after[n]);
      }
    }
    for (std::uint32_t n = 0; n < nodes.size(); ++n) {
      std::uint32_t group = 0;
      ZoneLineId cover = 0;
      for (std::uint32_t i = nodes[n].begin; i < nodes[n].end; ++i) {
        const ZoneLineId line = i + 1;
        if (i == nodes[n].begin || rule(line).group != group) {
          group = rule(line).group;
          cover = covered(n, after, group);
        }
        const ZoneLineId better = outranked(nodes[n], line);
        if (rule(line).to_us <= rule(line).from_us) {
          add(ZoneFault::never_matches, line, 0);
        } else if (better != 0 || cover != 0) {
          add(ZoneFault::never_matches, line, better != 0 ? better : cover);
        }
      }
    }
  }
  // A line of the same prefix and scope, of a better kind, valid all the
  // time of this one and of another mind.  Where both agree, neither is wrong.
  ZoneLineId outranked(const PrefixNode& node, ZoneLineId line) const {
    const ZoneLineId first = first_of(node, rule(line).group);
    if (rule(first).rank >= rule(line).rank) return 0;
    return always_when(rule(first), rule(line)) && contradict(line, first)
               ? first
               : 0;
  }
  // A line inside, if undated lines of the group or of no scope inside the
  // node leave none of its addresses.
  ZoneLineId covered(std::uint32_t node,
                     const std::vector<std::uint32_t>& after,
                     std::uint32_t group) const {
    Wide left = size_of(node);
    ZoneLineId witness = 0;
    for (std::uint32_t n = node + 1; n < after[node];) {
      const ZoneLineId blocking = undated(index_.nodes()[n], group);
      if (blocking == 0) {
        ++n;
        continue;
      }
      witness = blocking;
      left -= size_of(n);
      n = after[n];
    }
    return left == 0 ? witness : 0;
  }
  // Addresses, modulo 2^128, which only the whole of IPv6 has.
  Wide size_of(std::uint32_t node) const {
    const unsigned length = raw(index_.nodes()[node].begin + 1).length;
    return length == 0 ? 0 : Wide{1} << (128 - length);
  }
  ZoneLineId undated(const PrefixNode& node, std::uint32_t group) const {
    for (const std::uint32_t g : {group, 0u}) {
      const ZoneLineId first = first_of(node, g);
      if (first == 0) continue;
      for (ZoneLineId line = first; line <= node.end && rule(line).group == g;
           ++line) {
        if (!rule(line).dated()) return line;
      }
    }
    return 0;
  }

  void find_repeats() {
    for (const PrefixNode& node : index_.nodes()) {
      for (std::uint32_t i = node.begin + 1; i < node.end; ++i) {
        if (same_words(i, i + 1)) add(ZoneFault::repeated, i + 1, i);
      }
    }
  }
  bool same_words(ZoneLineId a, ZoneLineId b) const {
    const RawLine& p = raw(a);
    const RawLine& q = raw(b);
    return p.scope == q.scope && p.zone == q.zone && p.kind == q.kind &&
           p.region == q.region && p.from_us == q.from_us &&
           p.to_us == q.to_us && map_.line(a).label == map_.line(b).label;
  }

  const ZoneMap& map_;
  const ZoneIndex& index_;
  const ZoneTable& zones_;
  std::vector<ZoneFinding> found_;
};

}  // namespace

std::vector<ZoneFinding> lint_zones(const ZoneMap& map) {
  return Linter(map).run();
}

std::string_view to_word(ZoneFault fault) noexcept {
  constexpr std::string_view kWords[] = {
      "conflict",       "overlap",       "two_regions", "name_and_id",
      "region_as_zone", "never_matches", "repeated",    "host_bits"};
  return kWords[static_cast<std::size_t>(fault)];
}

}  // namespace netlat
