#pragma once
// Records made by tests, left for a check of theirs outside of this program.

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace netlat::test {

/// Writes `text` to the file `name` in NETLAT_RECORDS_DIR, if that is set:
/// tests/records/check holds what ends in .ndjson against the schemas.
inline void keep_for_check(std::string_view name, std::string_view text) {
  const char* const directory = std::getenv("NETLAT_RECORDS_DIR");
  if (directory == nullptr) return;
  std::ofstream(std::string(directory) + '/' + std::string(name),
                std::ios::binary)
      << text;
}

}  // namespace netlat::test
