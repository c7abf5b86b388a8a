#pragma once
// The interfaces of all files under one numbering.

#include <map>
#include <tuple>
#include <vector>

#include "lib/source/vantages.h"
#include "netlat/source/packet_source.h"

namespace netlat {

class InterfaceRegistry {
 public:
  /// `interfaces` outlives the registry, which appends to it.
  explicit InterfaceRegistry(std::vector<CaptureInterface>& interfaces)
      : interfaces_(interfaces) {}

  Vantages& vantages() { return vantages_; }

  /// The index of an interface of `file`, which belongs to `chain`.  What a
  /// later section of the file only describes again keeps its index.
  std::uint32_t enter(std::uint32_t file, Vantages::Chain chain,
                      const FileInterface& interface) {
    const std::uint32_t vantage = vantages_.vantage(chain, interface);
    const auto next = static_cast<std::uint32_t>(interfaces_.size());
    const auto [known, added] = known_.try_emplace(
        {file, vantage, interface.id, interface.snaplen}, next);
    if (added) {
      interfaces_.push_back({file, interface.id, interface.link_type,
                             interface.snaplen, vantage, interface.name});
    }
    return known->second;
  }

 private:
  using Key =
      std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>;

  std::vector<CaptureInterface>& interfaces_;
  std::map<Key, std::uint32_t> known_;
  Vantages vantages_;
};

}  // namespace netlat
