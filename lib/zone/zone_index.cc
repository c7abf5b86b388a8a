// Prefixes to intervals: sorted by start and length, prefixes nest like
// brackets, so one pass with the chain of open ones finds each one's parent
// and emits an interval wherever the innermost open prefix changes.  What an
// interval answers is worked out then, unless its lines are dated: where one
// such line decides alone a lookup reads its rule, else those of all prefixes
// that hold the address.  Cost: a sort of 32 octets a line, then linear; 32
// octets a rule and 80 a line stay.

#include "lib/zone/zone_index.h"

#include <tuple>

#include "lib/zone/verdict.h"
#include "netlat/base/bytes.h"
#include "netlat/zone/prefix_text.h"

namespace netlat {

namespace {

Wide number_of(const IpAddress& address) {
  const auto b = address.bytes();
  return Wide{load_be64(b.data())} << 64 | load_be64(b.data() + 8);
}

template <class Key>
Key last_of(Wide start, unsigned length) {
  const Wide host = length == 128 ? 0 : ~Wide{0} >> length;
  return static_cast<Key>(start | host);
}

}  // namespace

KindRank kind_rank(std::string_view kind) noexcept {
  constexpr std::string_view kKinds[] = {"manual",  "pod",    "endpoint",
                                         "eni",     "host",   "node",
                                         "podcidr", "subnet", "cloud"};
  if (kind.empty()) return 0;
  KindRank rank = 0;
  for (const std::string_view known : kKinds) {
    if (kind == known) break;
    ++rank;
  }
  return rank;
}

ZoneIndex::ZoneIndex(ZoneData data) : data_(std::move(data)) {
  sort_lines();
  make_rules();
  const auto& lines = data_.lines;
  std::size_t v4 = 0;
  while (v4 < lines.size() && lines[v4].start.is_v4()) ++v4;
  nodes_.reserve(lines.size());
  v4_ = make_tree<TreeV4>(0, v4);
  v6_ = make_tree<TreeV6>(v4, lines.size());
}

void ZoneIndex::sort_lines() {
  struct Key {
    Wide start;
    bool v6;
    std::uint8_t length;
    std::uint32_t line;
  };
  auto& lines = data_.lines;
  std::vector<Key> keys;
  keys.reserve(lines.size());
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    const RawLine& l = lines[i];
    keys.push_back({number_of(l.start), !l.start.is_v4(), l.length, i});
  }
  const auto before = [&](const Key& a, const Key& b) {
    if (a.v6 != b.v6) return b.v6;
    if (a.start != b.start) return a.start < b.start;
    if (a.length != b.length) return a.length < b.length;
    const RawLine& p = lines[a.line];
    const RawLine& q = lines[b.line];
    const bool ps = p.scope != 0, qs = q.scope != 0;
    const WordId pg = data_.one_scope ? ps : p.scope;
    const WordId qg = data_.one_scope ? qs : q.scope;
    return std::tie(pg, p.rank, p.from_us, a.line) <
           std::tie(qg, q.rank, q.from_us, b.line);
  };
  if (!std::is_sorted(keys.begin(), keys.end(), before)) {
    std::sort(keys.begin(), keys.end(), before);
  }
  std::vector<RawLine> sorted;
  sorted.reserve(lines.size());
  for (const Key& key : keys) sorted.push_back(lines[key.line]);
  lines = std::move(sorted);
}

void ZoneIndex::make_rules() {
  const std::vector<ZoneId> now = data_.zones.resolve();
  data_.expected.renumber(now);
  rules_.reserve(data_.lines.size());
  for (RawLine& l : data_.lines) {
    l.zone = now[l.zone];
    const std::uint32_t group =
        data_.one_scope ? std::uint32_t{l.scope != 0} : l.scope;
    const bool named = data_.zones.tier(l.zone) <= ZoneTier::scoped_name;
    rules_.push_back({l.from_us, l.to_us, l.zone, group, 0, l.rank, false,
                      named ? ZoneStatus::known : ZoneStatus::unknown});
  }
}

std::uint32_t ZoneIndex::add_node(std::uint32_t parent, std::size_t& line,
                                  std::size_t end) {
  const RawLine first = data_.lines[line];
  const auto id = static_cast<std::uint32_t>(nodes_.size());
  PrefixNode node;
  node.parent = parent;
  node.begin = static_cast<std::uint32_t>(line);
  const bool top = parent == PrefixNode::kNone;
  bool is_dated = !top && dated_[parent];
  std::uint32_t scopes = top ? 0 : scopes_[parent];
  for (; line < end; ++line) {
    const RawLine& l = data_.lines[line];
    if (l.start != first.start || l.length != first.length) break;
    LineRule& rule = rules_[line];
    rule.node = id;
    is_dated = is_dated || rule.dated();
    if (rule.group != 0 && rule.group != scopes) {
      scopes = scopes == 0 ? rule.group : kSeveral;
    }
  }
  node.end = static_cast<std::uint32_t>(line);
  LineRule& rule = rules_[node.begin];
  rule.alone =
      node.end - node.begin == 1 && (rule.group == 0 || scopes == rule.group);
  nodes_.push_back(node);
  dated_.push_back(is_dated);
  scopes_.push_back(scopes);
  return id;
}

ZoneIndex::Answer ZoneIndex::answer_of(std::uint32_t node) const {
  if (node == PrefixNode::kNone) return {};
  if (dated_[node]) return Answer::dated(nodes_[node].begin);
  return Answer(verdict_at(*this, node, 0));
}

template <class Tree>
std::optional<Tree> ZoneIndex::make_tree(std::size_t begin, std::size_t end) {
  using Interval = typename Tree::Interval;
  using Key = decltype(Interval::start);
  struct Open {
    std::uint32_t node;
    Key last;
  };
  if (begin == end) return std::nullopt;
  std::vector<Interval> intervals{{Key{0}, Answer{}}};
  intervals.reserve(2 * (end - begin));
  std::vector<Open> open;
  const auto emit = [&](Key start, std::uint32_t node) {
    if (intervals.back().start == start) intervals.pop_back();
    intervals.push_back({start, answer_of(node)});
  };
  const auto close_before = [&](Wide start, bool all) {
    while (!open.empty() && (all || Wide{open.back().last} < start)) {
      const Key last = open.back().last;
      open.pop_back();
      const Key next = static_cast<Key>(last + 1);
      if (next == 0) continue;
      emit(next, open.empty() ? PrefixNode::kNone : open.back().node);
    }
  };
  for (std::size_t line = begin; line < end;) {
    const RawLine& first = data_.lines[line];
    const Wide whole = number_of(first.start);
    const Key last = last_of<Key>(whole, first.length);
    const Key start = static_cast<Key>(whole);
    close_before(start, false);
    const std::uint32_t parent =
        open.empty() ? PrefixNode::kNone : open.back().node;
    const std::uint32_t node = add_node(parent, line, end);
    emit(start, node);
    open.push_back({node, last});
  }
  close_before(0, true);
  return Tree(intervals);
}

ZoneResult ZoneIndex::lookup(const IpAddress& address,
                             std::int64_t us) const noexcept {
  Answer answer;
  if (address.is_v4()) {
    if (!v4_) return {};
    answer = v4_->find(static_cast<std::uint32_t>(number_of(address)));
  } else {
    if (!v6_) return {};
    answer = v6_->find(number_of(address));
  }
  if (!answer.is_dated()) return answer.result();
  const LineRule& rule = rules_[answer.rule()];
  if (rule.alone && rule.valid_at(us)) {
    return {rule.zone, answer.rule() + 1, rule.status};
  }
  return verdict_at(*this, rule.node, us);
}

}  // namespace netlat
