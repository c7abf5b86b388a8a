#pragma once
// The file that a capture's flight recorder writes when it is asked to.

#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "netlat/base/result.h"

namespace netlat {

class Recording {
 public:
  using Clock = std::chrono::steady_clock;

  /// To be made before the capture is asked.  Its files are in `directory`.
  Recording(std::string directory, Clock::time_point now);

  /// The path of the file once it is there in whole; nothing as long as it is
  /// not; an error if it does not come.
  std::optional<Result<std::string>> take(Clock::time_point now) const;

 private:
  std::set<std::string> files() const;

  std::string directory_;
  std::set<std::string> before_;
  Clock::time_point asked_;
};

}  // namespace netlat
