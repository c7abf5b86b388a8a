#pragma once
// Capture points, numbered and named: the source's, set apart by the interface
// index that cooked captures carry in each packet.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace netlat {

class CapturePoints {
 public:
  /// The number of (vantage of the source, interface index); from 0.
  std::uint32_t of(std::uint32_t vantage, std::uint32_t ifindex) {
    if (vantage == last_.first && ifindex == last_.second && known_) {
      return last_number_;
    }
    return look_up(vantage, ifindex);
  }

  /// "a.pcap#0", or "a.pcap#0/3" for interface index 3; by number.
  /// `sources` names the source's vantages.
  std::vector<std::string> names(const std::vector<std::string>& sources) const;
  std::size_t size() const { return numbers_.size(); }

 private:
  using Key = std::pair<std::uint32_t, std::uint32_t>;
  std::uint32_t look_up(std::uint32_t vantage, std::uint32_t ifindex);

  std::map<Key, std::uint32_t> numbers_;
  Key last_;
  std::uint32_t last_number_ = 0;
  bool known_ = false;
};

}  // namespace netlat
