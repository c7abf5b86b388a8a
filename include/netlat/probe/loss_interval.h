#pragma once
// A share with the interval that holds the true one 19 times of 20.
//
// Wilson's score interval (1927): right even where nothing or everything was
// lost, and for few probes, where p +- 2 sigma is not.

#include <cstdint>

namespace netlat {

struct LossInterval {
  double share = 0, low = 0, high = 1;  ///< 0 to 1
};

/// Of `lost` among `sent`; with nothing sent anything is possible.
LossInterval loss_interval(std::uint64_t lost, std::uint64_t sent);

}  // namespace netlat
