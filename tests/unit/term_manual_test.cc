// The keys in the manual are those of the table.

#include <gtest/gtest.h>

#include "netlat/term/top_keys.h"
#include "tests/support/golden.h"

namespace netlat {
namespace {

constexpr const char* kPage = "man/netlat-top.1";
constexpr std::string_view kFrom = ".\\\" keys: written by make golden\n";
constexpr std::string_view kTo = ".\\\" end of keys\n";

TEST(TopManual, HasTheKeysOfTheTable) {
  const std::string page = test::stored(kPage);
  const std::size_t from = page.find(kFrom), to = page.find(kTo);
  ASSERT_NE(from, page.npos);
  ASSERT_NE(to, page.npos);
  const std::size_t start = from + kFrom.size();
  std::string now = page;
  now.replace(start, to - start, keys_mdoc(top_keys()));
  test::expect_golden(kPage, now);
}

TEST(TopManual, NoKeyHasTwoMeanings) {
  EXPECT_EQ(duplicate_keys(top_keys()), std::vector<std::string>{});
}

}  // namespace
}  // namespace netlat
