#pragma once
// Screens as they were looked at and found right, stored in tests/golden.
// `make golden` writes them anew; what changed in them is to be read.

#include <string>

namespace netlat::test {

/// Whether `make golden` runs the test.
bool writes_golden();
/// What the file holds; nothing if there is none.
std::string stored(const std::string& path);
/// Fails unless the file holds `now`, or writes it.
void expect_golden(const std::string& path, const std::string& now);

}  // namespace netlat::test
