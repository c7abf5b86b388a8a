#pragma once
// Files of the tree that tests compare with.

#include <fstream>
#include <sstream>
#include <string>

namespace netlat::test {

/// All of a file; empty if there is none.
inline std::string stored(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace netlat::test
