#pragma once
// The lines of a map between reading and indexing.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "lib/zone/expected_rtt.h"
#include "lib/zone/word_table.h"
#include "lib/zone/zone_table.h"
#include "netlat/base/address.h"

namespace netlat {

inline constexpr std::int64_t kAlwaysBefore =
    std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t kNeverAfter =
    std::numeric_limits<std::int64_t>::max();

/// Which of two lines for one prefix is believed, by their kind; the smaller.
/// A line without a kind was written by hand.
using KindRank = std::uint8_t;
inline constexpr KindRank kPodRank = 1;
KindRank kind_rank(std::string_view kind) noexcept;

struct RawLine {
  IpAddress start;  // without host bits
  std::int64_t from_us = kAlwaysBefore, to_us = kNeverAfter;
  std::uint64_t label_at = 0;  // in ZoneData::labels
  ZoneId zone = 0;
  WordId scope = 0, region = 0, kind = 0, source = 0;
  std::uint32_t label_size = 0;
  std::uint32_t number = 0;  // in its file
  std::uint16_t file = 0;
  std::uint8_t length = 128;  // as in Prefix
  KindRank rank = 0;
  bool host_bits = false;
};

struct ZoneData {
  std::vector<std::string> files;
  WordTable words;  // scopes, regions, kinds, sources
  ZoneTable zones;
  std::vector<RawLine> lines;
  std::string labels;
  ExpectedRtts expected;
  /// Scopes were asked for and `lines` has no others: they count as one.
  bool one_scope = false;
};

}  // namespace netlat
