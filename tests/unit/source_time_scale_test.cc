// Every value of if_tsresol against the definition, in 128-bit integers.

#include <gtest/gtest.h>

#include "lib/source/time_scale.h"

namespace netlat {
namespace {

__extension__ using Wide = unsigned __int128;
__extension__ using SignedWide = __int128;

constexpr std::uint64_t kTicks[] = {0,          1,
                                    2,          999,
                                    1'000'000,  1'756'000'000'000'000,
                                    1u << 31,   0xffffffffu,
                                    1ull << 32, 1'756'000'000'123'456'789,
                                    1ull << 62, ~0ull};

// Units in a second, or 0 where it has no 64-bit count: the octet is refused.
Wide units_per_second(unsigned octet) {
  const unsigned exponent = octet & 0x7f;
  const unsigned base = octet & 0x80 ? 2 : 10;
  Wide units = 1;
  for (unsigned i = 0; i < exponent; ++i) {
    units *= base;
    if (units >> 64 != 0) return 0;
  }
  return units;
}

TEST(TimeScale, EveryResolutionIsExactOrRefused) {
  unsigned accepted = 0;
  for (unsigned octet = 0; octet < 256; ++octet) {
    const auto scale = TimeScale::from(static_cast<std::uint8_t>(octet), 0);
    const Wide units = units_per_second(octet);
    ASSERT_EQ(scale.has_value(), units != 0) << octet;
    if (!scale) continue;
    ++accepted;
    for (const std::uint64_t ticks : kTicks) {
      // Seconds and the rest apart, as one would by hand.
      const Wide seconds = ticks / units;
      const Wide rest = ticks % units;
      const Wide expected =
          seconds * 1'000'000'000 + rest * 1'000'000'000 / units;
      const auto got = scale->at(ticks);
      ASSERT_EQ(got.has_value(), expected < Wide{1} << 62)
          << octet << " " << ticks;
      if (got) {
        ASSERT_EQ(Wide(to_ns(*got)), expected) << octet << " " << ticks;
      }
    }
  }
  EXPECT_EQ(accepted, 20u + 64u);
}

TEST(TimeScale, OffsetsAreAddedWithoutOverflow) {
  constexpr std::int64_t kOffsets[] = {0,
                                       1,
                                       -1,
                                       3'600,
                                       4'000'000'000,
                                       -4'000'000'000,
                                       4'611'686'018,
                                       4'611'686'019,
                                       -4'611'686'018,
                                       -4'611'686'019,
                                       INT64_MAX,
                                       INT64_MIN};
  for (const std::int64_t offset : kOffsets) {
    const auto scale = TimeScale::from(kDefaultResolution, offset);
    ASSERT_TRUE(scale);
    for (const std::uint64_t ticks : kTicks) {
      const SignedWide expected =
          SignedWide{ticks} * 1000 + SignedWide{offset} * 1'000'000'000;
      const bool fits =
          expected >= -(SignedWide{1} << 62) && expected < SignedWide{1} << 62;
      const auto got = scale->at(ticks);
      ASSERT_EQ(got.has_value(), fits) << offset << " " << ticks;
      if (got) {
        ASSERT_TRUE(SignedWide{to_ns(*got)} == expected);
      }
    }
  }
}

}  // namespace
}  // namespace netlat
