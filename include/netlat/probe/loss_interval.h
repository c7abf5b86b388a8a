#pragma once
// A share with the interval that holds the true one 99 times of 100.
//
// Wilson's score interval (1927): right even where nothing or everything was
// lost, and for few probes, where p +- 3 sigma is not.
// Bias: counts are whole, so of 200 probes the interval holds the true share,
// where that is 0.5 to 50 %, in 97.5 to 99.3 of 100 runs.  One of 95 % would be
// wrong about one of every twenty hops that are looked at.

#include <cstdint>

namespace netlat {

struct LossInterval {
  double share = 0, low = 0, high = 1;  ///< 0 to 1
};

/// Of `lost` among `sent`; with nothing sent anything is possible.
LossInterval loss_interval(std::uint64_t lost, std::uint64_t sent);

}  // namespace netlat
