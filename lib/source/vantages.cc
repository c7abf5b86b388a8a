#include "lib/source/vantages.h"

namespace netlat {

std::uint32_t Vantages::vantage(Chain chain, const FileInterface& interface) {
  Points& points = chains_[chain];
  const bool named = !interface.name.empty();
  const std::pair name(interface.name, interface.link_type);
  const std::pair id(interface.id, interface.link_type);
  if (named) {
    const auto known = points.by_name.find(name);
    if (known != points.by_name.end()) return known->second;
  } else {
    const auto known = points.by_id.find(id);
    if (known != points.by_id.end()) return known->second;
  }
  const std::uint32_t fresh = count_++;
  if (named) points.by_name.emplace(name, fresh);
  // A named interface is found by number from a file without names, unless
  // the number is taken.
  points.by_id.emplace(id, fresh);
  return fresh;
}

}  // namespace netlat
