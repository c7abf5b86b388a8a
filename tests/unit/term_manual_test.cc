// The keys in the manual are those of the table.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "netlat/term/top_keys.h"

namespace netlat {
namespace {

constexpr const char* kPage = "man/netlat-top.1";
constexpr std::string_view kFrom = ".\\\" keys: written by make golden\n";
constexpr std::string_view kTo = ".\\\" end of keys\n";

TEST(TopManual, HasTheKeysOfTheTable) {
  std::ifstream file(kPage);
  std::stringstream text;
  text << file.rdbuf();
  std::string page = text.str();
  const std::size_t from = page.find(kFrom), to = page.find(kTo);
  ASSERT_NE(from, page.npos);
  ASSERT_NE(to, page.npos);
  const std::size_t start = from + kFrom.size();
  const std::string keys = keys_mdoc(top_keys());
  if (std::getenv("NETLAT_GOLDEN") != nullptr) {
    page.replace(start, to - start, keys);
    std::ofstream(kPage) << page;
    return;
  }
  EXPECT_EQ(page.substr(start, to - start), keys) << "see make golden";
}

TEST(TopManual, NoKeyHasTwoMeanings) {
  EXPECT_EQ(duplicate_keys(top_keys()), std::vector<std::string>{});
}

}  // namespace
}  // namespace netlat
