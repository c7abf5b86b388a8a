#include "tools/analyze/capture_points.h"

namespace netlat {

std::uint32_t CapturePoints::look_up(std::uint32_t vantage,
                                     std::uint32_t ifindex) {
  const auto next = static_cast<std::uint32_t>(numbers_.size());
  last_ = {vantage, ifindex};
  last_number_ = numbers_.try_emplace(last_, next).first->second;
  known_ = true;
  return last_number_;
}

std::vector<std::string> CapturePoints::names(
    const std::vector<std::string>& sources) const {
  std::vector<std::string> out(numbers_.size());
  for (const auto& [key, number] : numbers_) {
    const auto& [vantage, ifindex] = key;
    std::string name =
        vantage < sources.size() ? sources[vantage] : std::to_string(vantage);
    if (ifindex != 0) name += '/' + std::to_string(ifindex);
    out[number] = std::move(name);
  }
  return out;
}

}  // namespace netlat
