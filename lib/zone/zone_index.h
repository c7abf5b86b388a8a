#pragma once
// A zone map made ready for lookups.

#include <cstdint>
#include <optional>
#include <vector>

#include "lib/zone/interval_tree.h"
#include "lib/zone/zone_data.h"
#include "netlat/zone/zone_map.h"

namespace netlat {

/// What a lookup looks at of a line.
struct LineRule {
  std::int64_t from_us, to_us;  // valid from on, and before
  ZoneId zone;
  /// 0: of no scope.  Else the scope, or 1 for all that were asked for.
  std::uint32_t group;
  std::uint32_t node;  // of its prefix
  KindRank rank;
  /// Whenever it is valid, it alone decides where it is the longest prefix.
  bool alone;
  ZoneStatus status;  // what it gives then

  bool valid_at(std::int64_t us) const { return from_us <= us && us < to_us; }
  bool dated() const {
    return from_us != kAlwaysBefore || to_us != kNeverAfter;
  }
};

/// One prefix with its lines, `begin` to before `end`, ordered by group, rank
/// and start of validity.
struct PrefixNode {
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  std::uint32_t parent = kNone;  // the longest other one that holds it
  std::uint32_t begin = 0, end = 0;
};

class ZoneIndex {
 public:
  explicit ZoneIndex(ZoneData data);

  ZoneResult lookup(const IpAddress& address, std::int64_t us) const noexcept;

  const ZoneData& data() const noexcept { return data_; }
  /// Lines are data().lines, whose order is that of the rules.
  const std::vector<LineRule>& rules() const noexcept { return rules_; }
  /// A parent stands before its children.
  const std::vector<PrefixNode>& nodes() const noexcept { return nodes_; }

 private:
  // What an interval of addresses answers: a result, or the first rule of the
  // node to evaluate because its lines are dated.
  class Answer {
   public:
    Answer() = default;
    explicit Answer(const ZoneResult& r)
        : word_(static_cast<std::uint32_t>(r.status) << kShift | r.zone),
          line_(r.line) {}
    static Answer dated(std::uint32_t rule) {
      Answer a;
      a.word_ = kDated;
      a.line_ = rule;
      return a;
    }
    bool is_dated() const { return word_ == kDated; }
    std::uint32_t rule() const { return line_; }
    ZoneResult result() const {
      return {word_ & kZoneBits, line_,
              static_cast<ZoneStatus>(word_ >> kShift)};
    }

   private:
    static constexpr unsigned kShift = 30;
    static constexpr std::uint32_t kZoneBits = (1u << kShift) - 1;
    static constexpr std::uint32_t kDated = 3u << kShift;
    std::uint32_t word_ = 0, line_ = 0;
  };
  static constexpr std::uint32_t kSeveral = 0xffff'ffff;
  using TreeV4 = IntervalTree<std::uint32_t, Answer>;
  using TreeV6 = IntervalTree<Wide, Answer>;

  void sort_lines();
  void make_rules();
  template <class Tree>
  std::optional<Tree> make_tree(std::size_t begin, std::size_t end);
  std::uint32_t add_node(std::uint32_t parent, std::size_t& line,
                         std::size_t end);
  Answer answer_of(std::uint32_t node) const;

  ZoneData data_;
  std::vector<LineRule> rules_;
  std::vector<PrefixNode> nodes_;
  // Of each node and those around it:
  std::vector<bool> dated_;            // some line has times
  std::vector<std::uint32_t> scopes_;  // the one group but 0, 0, or kSeveral
  std::optional<TreeV4> v4_;
  std::optional<TreeV6> v6_;
};

}  // namespace netlat
