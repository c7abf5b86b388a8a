#include "tools/top/recording.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

namespace netlat {

Recording::Recording(std::string directory, Clock::time_point now)
    : directory_(std::move(directory)), before_(files()), asked_(now) {}

// While a file grows its name ends otherwise.
std::set<std::string> Recording::files() const {
  std::set<std::string> found;
  std::error_code error;
  for (std::filesystem::directory_iterator at(directory_, error), end;
       !error && at != end; at.increment(error)) {
    std::string name = at->path().filename().string();
    if (name.starts_with("flight-") && name.ends_with(".pcapng")) {
      found.insert(std::move(name));
    }
  }
  return found;
}

std::optional<Result<std::string>> Recording::take(
    Clock::time_point now) const {
  std::set<std::string> fresh;
  const std::set<std::string> all = files();
  std::set_difference(all.begin(), all.end(), before_.begin(), before_.end(),
                      std::inserter(fresh, fresh.end()));
  if (!fresh.empty()) return directory_ + '/' + *fresh.rbegin();
  // It goes on for five seconds after its moment; then it is written.
  constexpr auto kLongest = std::chrono::seconds(20);
  if (now - asked_ < kLongest) return std::nullopt;
  return Result<std::string>(
      Error{directory_ + ": the capture has not written what it holds"});
}

}  // namespace netlat
