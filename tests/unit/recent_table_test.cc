#include "lib/flow/recent_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace netlat {
namespace {

FlowWords key_of(std::uint64_t n) {
  return {n, n * n, 1, 2, 3, n % 7};
}
constexpr auto kAny = [](std::uint64_t) { return true; };

// Against a map: whatever was not displaced is found, nothing else is, and
// displaced entries are exactly those that are missing.
TEST(RecentTable, AgreesWithMapLessDisplaced) {
  std::mt19937_64 random(7);
  RecentTable<std::uint64_t> table(64, KeyedHash(1));
  std::map<std::uint64_t, std::uint64_t> oracle;
  std::uint64_t displaced = 0;
  for (int step = 0; step < 20000; ++step) {
    const std::uint64_t n = random() % 200;
    const std::size_t slot = table.find(key_of(n), kAny);
    ASSERT_EQ(slot != table.kNone, oracle.contains(n)) << step;
    if (slot != table.kNone) {
      ASSERT_EQ(table.value(slot), n);
      if (random() % 2 == 0) {
        table.erase(slot);
        oracle.erase(n);
      }
    } else {
      const std::size_t fresh = table.insert(key_of(n), stamp_ns(step),
                                             [&](std::uint64_t old, Stamp) {
                                               ++displaced;
                                               ASSERT_EQ(oracle.erase(old), 1u);
                                             });
      table.value(fresh) = n;
      oracle[n] = n;
    }
    ASSERT_EQ(table.size(), oracle.size());
  }
  EXPECT_GT(displaced, 0u);
}

TEST(RecentTable, DisplacesTheOldestOfTheWindow) {
  RecentTable<std::uint64_t> table(1, KeyedHash(1));
  for (std::uint64_t n = 0; n < table.kWindow; ++n) {
    table.value(table.insert(key_of(n), stamp_ns(100 + int(n)),
                             [](std::uint64_t, Stamp) { FAIL(); })) = n;
  }
  table.touch(table.find(key_of(0), kAny), stamp_ns(500));
  std::uint64_t gone = 99;
  table.insert(key_of(1000), stamp_ns(501),
               [&](std::uint64_t old, Stamp touched) {
                 gone = old;
                 EXPECT_EQ(touched, stamp_ns(101));
               });
  EXPECT_EQ(gone, 1u);
  EXPECT_EQ(table.size(), table.kWindow);
}

TEST(RecentTable, HalfFullDisplacesHardlyAny) {
  RecentTable<std::uint64_t> table(4096, KeyedHash(1));
  int displaced = 0;
  for (std::uint64_t n = 0; n < 2048; ++n) {
    table.insert(key_of(n), stamp_ns(0),
                 [&](std::uint64_t, Stamp) { ++displaced; });
  }
  EXPECT_LE(displaced, 4);
}

TEST(RecentTable, EqualKeysAreToldApartByValue) {
  RecentTable<std::uint64_t> table(16, KeyedHash(3));
  const auto none = [](std::uint64_t, Stamp) { FAIL(); };
  table.value(table.insert(key_of(5), stamp_ns(1), none)) = 10;
  table.value(table.insert(key_of(5), stamp_ns(2), none)) = 20;
  const std::size_t slot =
      table.find(key_of(5), [](std::uint64_t v) { return v == 20; });
  ASSERT_NE(slot, table.kNone);
  table.erase(slot);
  EXPECT_EQ(table.value(table.find(key_of(5), kAny)), 10u);
}

TEST(RecentTable, HandFindsEveryOlderEntryOnce) {
  RecentTable<std::uint64_t> table(64, KeyedHash(4));
  const auto none = [](std::uint64_t, Stamp) { FAIL(); };
  for (std::uint64_t n = 0; n < 40; ++n) {
    table.insert(key_of(n), stamp_ns(static_cast<std::int64_t>(n)), none);
  }
  int found = 0;
  for (;;) {
    const std::size_t slot = table.next_older(stamp_ns(25));
    if (slot == table.kNone) break;
    EXPECT_LT(table.touched(slot), stamp_ns(25));
    table.erase(slot);
    ++found;
  }
  EXPECT_EQ(found, 25);
  EXPECT_EQ(table.size(), 15u);
}

}  // namespace
}  // namespace netlat
