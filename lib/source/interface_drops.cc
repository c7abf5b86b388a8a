#include "lib/source/interface_drops.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <system_error>

namespace netlat {

InterfaceDrops::InterfaceDrops(const std::vector<std::string>& interfaces) {
  for (const std::string& name : interfaces) {
    for (const char* counter : {"rx_missed_errors", "rx_fifo_errors"}) {
      const std::string path =
          "/sys/class/net/" + name + "/statistics/" + counter;
      const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
      if (file >= 0) files_.push_back(file);
    }
  }
  before_ = sum();
}

InterfaceDrops::~InterfaceDrops() {
  for (const int file : files_) close(file);
}

std::optional<std::uint64_t> InterfaceDrops::sum() const {
  if (files_.empty()) return std::nullopt;
  std::uint64_t total = 0;
  for (const int file : files_) {
    std::array<char, 32> text{};
    const ssize_t n = pread(file, text.data(), text.size(), 0);
    std::uint64_t value = 0;
    if (n <= 0 || std::from_chars(text.data(), text.data() + n, value).ec !=
                      std::errc()) {
      return std::nullopt;
    }
    total += value;
  }
  return total;
}

std::optional<std::uint64_t> InterfaceDrops::count() const {
  const auto now = sum();
  if (!now || !before_ || *now < *before_) return std::nullopt;
  return *now - *before_;
}

}  // namespace netlat
