#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace netlat::test {

bool writes_golden() {
  return std::getenv("NETLAT_GOLDEN") != nullptr;
}

std::string stored(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void expect_golden(const std::string& path, const std::string& now) {
  if (writes_golden()) {
    std::ofstream(path) << now;
    return;
  }
  EXPECT_EQ(now, stored(path)) << path << ": see make golden";
}

}  // namespace netlat::test
