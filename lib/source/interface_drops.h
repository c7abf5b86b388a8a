#pragma once
// Packets that network devices lost before any capture could see them, by the
// devices' own counters.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace netlat {

/// The counters libpcap reads too: rx_missed_errors and rx_fifo_errors.
class InterfaceDrops {
 public:
  /// Opens the counters of `interfaces`; no file is opened later.
  explicit InterfaceDrops(const std::vector<std::string>& interfaces);
  ~InterfaceDrops();
  InterfaceDrops(const InterfaceDrops&) = delete;
  InterfaceDrops& operator=(const InterfaceDrops&) = delete;

  /// Since this object was made; nothing if no device counts or one of them
  /// has gone, and its counter with it.
  std::optional<std::uint64_t> count() const;

 private:
  std::optional<std::uint64_t> sum() const;

  std::vector<int> files_;
  std::optional<std::uint64_t> before_;
};

}  // namespace netlat
