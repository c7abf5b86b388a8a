#pragma once
// What must hold in a fuzz target.

#include <cstdlib>

inline void require(bool condition) {
  if (!condition) std::abort();
}
