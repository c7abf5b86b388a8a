// Problem: lines overlap on purpose.  A subnet holds a node, the node's
// address is in another scope's map too, a pod had the address only for an
// hour.  One of them has to be believed, or none.
//
// Method, for one scope: of the lines of that scope and of no scope that are
// valid at the time, those with the longest prefix count; among these the
// scope's own before those of no scope, then the kind that is nearest to the
// address (kind_rank), then, for pods, the one that started last, since a new
// pod ends the lease of the old.  What is left has to agree.  A line that
// names a place by its id is heard before one that gives a name of a scope,
// that before one that gives a region alone.
//
// Where no scope was asked for, every scope with a line for the address is
// asked by itself and all have to agree in the same way; lines of no scope
// decide if there are none.
//
// Bias: a name and an id that contradict each other are not noticed, since
// nothing tells that they do.  Cost: the lines of the prefixes that hold the
// address, usually one to five.

#include "lib/zone/verdict.h"

#include <algorithm>

namespace netlat {

namespace {

// Gathers what lines say; those of the best tier have to agree.
class Accord {
 public:
  explicit Accord(const ZoneTable& zones) : zones_(zones) {}

  void hear(ZoneId zone, ZoneLineId line) {
    const ZoneTier tier = zones_.tier(zone);
    if (line_ == 0 || tier < tier_) {
      zone_ = zone;
      line_ = line;
      tier_ = tier;
      agreed_ = true;
    } else if (tier == tier_ && zone != zone_) {
      agreed_ = false;
    }
  }
  // What another accord came to.
  void hear(const ZoneResult& r) {
    if (r.line == 0) return;
    if (r.status == ZoneStatus::ambiguous) {
      if (!torn_ && line_ == 0) line_ = r.line;
      torn_ = true;
    } else {
      hear(r.zone, r.line);
    }
  }

  bool ambiguous() const { return torn_ || !agreed_; }
  // Ambiguous whatever is heard yet.
  bool settled() const { return torn_ || (!agreed_ && tier_ == ZoneTier::id); }
  bool any() const { return line_ != 0; }
  ZoneResult result() const {
    if (ambiguous()) return {0, line_, ZoneStatus::ambiguous};
    const bool named = tier_ <= ZoneTier::scoped_name;
    return {zone_, line_,
            any() && named ? ZoneStatus::known : ZoneStatus::unknown};
  }

 private:
  const ZoneTable& zones_;
  ZoneId zone_ = 0;
  ZoneLineId line_ = 0;
  ZoneTier tier_ = ZoneTier::nothing;
  bool agreed_ = true;
  bool torn_ = false;
};

// Lines of one group within one node.
struct Run {
  std::uint32_t begin, end;
};

class Hearing {
 public:
  /// `heard`, if not null, gets the lines that count.
  Hearing(const ZoneIndex& index, std::uint32_t node, std::int64_t us,
          std::vector<ZoneLineId>* heard = nullptr)
      : index_(index), node_(node), us_(us), heard_(heard) {}

  ZoneResult decide() const {
    Accord all(index_.data().zones);
    Run none{0, 0};  // of no scope, for the longest prefix
    ZoneResult of_none;
    const bool one = index_.data().one_scope;
    for (std::uint32_t n = node_; n != PrefixNode::kNone; n = parent(n)) {
      Run none_here{0, 0};
      for (Run run = first_run(n); run.begin != run.end; run = next(run, n)) {
        if (rule(run.begin).group == 0) {
          none_here = run;
          continue;
        }
        if (!any_valid(run) || heard_below(n, rule(run.begin).group)) continue;
        const bool shorter = of_none.line != 0;
        note(shorter ? none : run);
        all.hear(shorter ? of_none : run_verdict(run));
        if (all.settled() || one) return all.result();
      }
      if (of_none.line == 0) {
        none = none_here;
        of_none = run_verdict(none);
        if (one && of_none.line != 0) break;
      }
    }
    if (all.any()) return all.result();
    note(none);
    return of_none;
  }

 private:
  const LineRule& rule(std::uint32_t i) const { return index_.rules()[i]; }
  std::uint32_t begin(std::uint32_t n) const { return index_.nodes()[n].begin; }
  std::uint32_t parent(std::uint32_t n) const {
    return index_.nodes()[n].parent;
  }

  Run run_from(std::uint32_t first, std::uint32_t end) const {
    if (first == end) return {end, end};
    std::uint32_t i = first;
    while (i < end && rule(i).group == rule(first).group) ++i;
    return {first, i};
  }
  Run first_run(std::uint32_t n) const {
    return run_from(begin(n), index_.nodes()[n].end);
  }
  Run next(const Run& run, std::uint32_t n) const {
    return run_from(run.end, index_.nodes()[n].end);
  }

  bool any_valid(const Run& run) const {
    for (std::uint32_t i = run.begin; i < run.end; ++i) {
      if (rule(i).valid_at(us_)) return true;
    }
    return false;
  }

  // The group has a valid line for a longer prefix than that of `above`.
  bool heard_below(std::uint32_t above, std::uint32_t group) const {
    for (std::uint32_t n = node_; n != above; n = parent(n)) {
      const auto* const from = index_.rules().data() + begin(n);
      const auto* const to = index_.rules().data() + index_.nodes()[n].end;
      const auto* line = std::lower_bound(
          from, to, group,
          [](const LineRule& r, std::uint32_t g) { return r.group < g; });
      for (; line != to && line->group == group; ++line) {
        if (line->valid_at(us_)) return true;
      }
    }
    return false;
  }

  // Calls `heard` with the lines of the best right, by their index.
  template <class Heard>
  void for_best(const Run& run, const Heard& heard) const {
    std::uint32_t i = run.begin;
    while (i < run.end && !rule(i).valid_at(us_)) ++i;
    if (i == run.end) return;
    const KindRank rank = rule(i).rank;
    std::int64_t latest = kAlwaysBefore;
    for (std::uint32_t k = i; k < run.end && rule(k).rank == rank; ++k) {
      if (rule(k).valid_at(us_)) latest = rule(k).from_us;
    }
    for (; i < run.end && rule(i).rank == rank; ++i) {
      const LineRule& r = rule(i);
      const bool ended =
          rank == kPodRank && r.to_us == kNeverAfter && r.from_us < latest;
      if (r.valid_at(us_) && !ended) heard(i);
    }
  }
  ZoneResult run_verdict(const Run& run) const {
    Accord accord(index_.data().zones);
    for_best(run, [&](std::uint32_t i) { accord.hear(rule(i).zone, i + 1); });
    return accord.result();
  }
  void note(const Run& run) const {
    if (heard_ == nullptr) return;
    for_best(run, [&](std::uint32_t i) { heard_->push_back(i + 1); });
  }

  const ZoneIndex& index_;
  std::uint32_t node_;
  std::int64_t us_;
  std::vector<ZoneLineId>* heard_;
};

}  // namespace

ZoneResult verdict_at(const ZoneIndex& index, std::uint32_t node,
                      std::int64_t us) noexcept {
  return Hearing(index, node, us).decide();
}

std::vector<ZoneLineId> lines_heard(const ZoneIndex& index, std::uint32_t node,
                                    std::int64_t us) {
  std::vector<ZoneLineId> heard;
  (void)Hearing(index, node, us, &heard).decide();
  return heard;
}

}  // namespace netlat
