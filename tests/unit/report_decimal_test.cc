// Decimal numbers against the standard library's.

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "netlat/report/decimal.h"

namespace netlat {
namespace {

void expect_same(std::uint64_t value) {
  char room[kMostDigits] = {};
  char* const end = put_decimal(room, value);
  ASSERT_EQ(std::string(&room[0], end), std::to_string(value));
}

TEST(Decimal, AroundPowersOfTen) {
  std::uint64_t power = 1;
  for (unsigned digits = 1; digits < kMostDigits; ++digits, power *= 10) {
    for (const std::uint64_t value : {power - 1, power, power + 1}) {
      expect_same(value);
    }
  }
  expect_same(power);
}

TEST(Decimal, AroundPowersOfTwo) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    for (const std::uint64_t value : {power - 1, power, power + 1}) {
      expect_same(value);
    }
  }
  expect_same(~std::uint64_t{0});
}

TEST(Decimal, AnyNumber) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) expect_same(random() >> (random() % 64));
}

}  // namespace
}  // namespace netlat
