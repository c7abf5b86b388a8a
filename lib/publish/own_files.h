#pragma once
// Files of ours in a directory that others may use too, and a limit on them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace netlat {

/// How their names are made; they sort as the files were begun.
struct OwnNames {
  std::string_view prefix, stem;
};

/// Unfinished ones included, earliest first.
std::vector<std::string> own_files(int directory, const OwnNames& names);

/// Removes the earliest until all together are `quota` octets at most with
/// `more` to come; `spared`, the one that grows, stays.
void keep_quota(int directory, const OwnNames& names, std::string_view spared,
                std::uint64_t quota, std::uint64_t more);

}  // namespace netlat
