#pragma once
// A directory of a test's own, which goes with it: tests run beside others, as
// other users too.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace netlat::test {

class TempDir {
 public:
  TempDir() {
    path_ = (std::filesystem::temp_directory_path() / "netlat-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string path(std::string_view name) const {
    return (std::filesystem::path(path_) / name).string();
  }
  /// The path of the file that is made.
  std::string write(std::string_view name, std::string_view octets) const {
    std::ofstream(path(name), std::ios::binary) << octets;
    return path(name);
  }
  std::string write(std::string_view name,
                    const std::vector<std::uint8_t>& octets) const {
    return write(name, std::string(octets.begin(), octets.end()));
  }

 private:
  std::string path_;
};

}  // namespace netlat::test
