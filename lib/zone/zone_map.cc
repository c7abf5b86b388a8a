#include "netlat/zone/zone_map.h"

#include <algorithm>

#include "lib/zone/verdict.h"
#include "lib/zone/zone_index.h"
#include "netlat/zone/prefix_text.h"

namespace netlat {

namespace {

std::optional<Stamp> stamp_us(std::int64_t us, std::int64_t none) {
  if (us == none) return std::nullopt;
  return stamp_ns(us * 1000);
}

// In the order of ZoneIndex: IPv4, then by start, then by length.
bool prefix_before(const RawLine& line, const Prefix& prefix) {
  const bool v4 = prefix.address.is_v4();
  if (line.start.is_v4() != v4) return line.start.is_v4();
  if (line.start != prefix.address) return line.start < prefix.address;
  return line.length < prefix.length;
}

// The lines that hold `address`, the longest prefix first.
std::vector<ZoneLineId> holding(const ZoneIndex& index,
                                const IpAddress& address) {
  const auto& lines = index.data().lines;
  std::vector<ZoneLineId> found;
  const unsigned shortest = address.is_v4() ? 96 : 0;
  for (unsigned length = 129; length-- > shortest;) {
    const Prefix prefix{masked(address, length),
                        static_cast<std::uint8_t>(length)};
    auto at =
        std::lower_bound(lines.begin(), lines.end(), prefix, prefix_before);
    for (; at != lines.end() && at->start == prefix.address &&
           at->length == prefix.length;
         ++at) {
      found.push_back(static_cast<ZoneLineId>(at - lines.begin() + 1));
    }
  }
  return found;
}

}  // namespace

ZoneMap::ZoneMap(std::unique_ptr<const ZoneIndex> index)
    : index_(std::move(index)) {}
ZoneMap::ZoneMap(ZoneMap&&) noexcept = default;
ZoneMap& ZoneMap::operator=(ZoneMap&&) noexcept = default;
ZoneMap::~ZoneMap() = default;

ZoneResult ZoneMap::lookup(const IpAddress& address,
                           Stamp time) const noexcept {
  return index_->lookup(address, to_us(time));
}

std::vector<ZoneHearing> ZoneMap::explain(const IpAddress& address,
                                          Stamp time) const {
  const std::vector<ZoneLineId> lines = holding(*index_, address);
  if (lines.empty()) return {};
  const std::int64_t us = to_us(time);
  const auto& nodes = index_->nodes();
  const auto after = std::upper_bound(
      nodes.begin(), nodes.end(), lines[0] - 1,
      [](std::uint32_t i, const PrefixNode& n) { return i < n.begin; });
  const auto node = static_cast<std::uint32_t>(after - nodes.begin() - 1);
  const auto heard = lines_heard(*index_, node, us);
  const ZoneResult result = verdict_at(*index_, node, us);
  std::vector<ZoneHearing> explained;
  for (const ZoneLineId line : lines) {
    const LineRule& rule = index_->rules()[line - 1];
    const bool counts =
        std::find(heard.begin(), heard.end(), line) != heard.end() &&
        (result.status == ZoneStatus::ambiguous || rule.zone == result.zone);
    const auto role = !rule.valid_at(us) ? ZoneLineRole::not_valid
                      : counts           ? ZoneLineRole::decides
                                         : ZoneLineRole::overridden;
    explained.push_back({line, role});
  }
  return explained;
}

std::optional<ExpectedRtt> ZoneMap::expected_rtt(ZoneId a, ZoneId b,
                                                 Stamp first,
                                                 Stamp last) const {
  const ZoneData& data = index_->data();
  const std::int64_t from = to_us(first), to = to_us(last) + 1;
  if (a == 0 || b == 0) return std::nullopt;
  if (const auto zones = data.expected.of_zones(a, b, from, to)) return zones;
  const WordId p = data.zones.region(a), q = data.zones.region(b);
  // Within a region its zones' own figures alone mean anything.
  if (p == 0 || q == 0 || p == q) return std::nullopt;
  return data.expected.of_regions(p, q, from, to);
}

ZoneRelation ZoneMap::relation(ZoneId a, ZoneId b) const noexcept {
  return index_->data().zones.relation(a, b);
}

std::size_t ZoneMap::zone_count() const noexcept {
  return index_->data().zones.count();
}

Zone ZoneMap::zone(ZoneId id) const noexcept {
  const ZoneData& data = index_->data();
  return {data.zones.name(id), data.words[data.zones.region(id)]};
}

std::size_t ZoneMap::line_count() const noexcept {
  return index_->data().lines.size();
}

ZoneLine ZoneMap::line(ZoneLineId id) const noexcept {
  const ZoneData& data = index_->data();
  const RawLine& raw = data.lines[id - 1];
  ZoneLine line;
  line.prefix = {raw.start, raw.length};
  line.zone = raw.zone;
  line.region = data.words[raw.region];
  line.scope = data.words[raw.scope];
  line.label =
      std::string_view(data.labels).substr(raw.label_at, raw.label_size);
  line.kind = data.words[raw.kind];
  line.source = data.words[raw.source];
  line.valid_from = stamp_us(raw.from_us, kAlwaysBefore);
  line.valid_to = stamp_us(raw.to_us, kNeverAfter);
  line.file = data.files[raw.file];
  line.number = raw.number;
  line.host_bits = raw.host_bits;
  return line;
}

std::string_view to_word(ZoneStatus status) noexcept {
  constexpr std::string_view kWords[] = {"unknown", "known", "ambiguous"};
  return kWords[static_cast<std::size_t>(status)];
}

std::string_view to_word(ZoneLineRole role) noexcept {
  constexpr std::string_view kWords[] = {"decides", "overridden", "not_valid"};
  return kWords[static_cast<std::size_t>(role)];
}

std::string_view to_word(ZoneRelation relation) noexcept {
  constexpr std::string_view kWords[] = {"unknown", "same", "cross",
                                         "cross_region"};
  return kWords[static_cast<std::size_t>(relation)];
}

}  // namespace netlat
