#pragma once
// The records of the last minute as they came, so that what a screen shows can
// be written down and shown again.

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/term/records.h"

namespace netlat {

class RecentRecords {
 public:
  /// Beyond it the oldest go before they are a minute old.
  static constexpr std::size_t kMostOctets = 8u << 20;
  static constexpr Nanos kSpan = std::chrono::minutes(1);

  /// `line` without its newline, and what it says.
  void add(std::string_view line, const Record& record);
  /// Start of the earliest interval held; nothing if none is.
  std::optional<Stamp> first() const;
  /// End of the latest.
  std::optional<Stamp> last() const { return last_; }
  /// All of them, as netlat top reads them.
  Result<void> write(const std::string& path) const;

 private:
  // Records between the end of one interval and that of the next, or a part of
  // them.
  struct Piece {
    std::string lines;
    std::optional<Stamp> start;  ///< of its intervals
    Stamp end;
  };

  void begin_piece();
  void forget();

  std::string capture_;  // what is captured, said once
  std::deque<Piece> pieces_;
  std::vector<std::string> spare_;  // of pieces forgotten, to be filled anew
  std::size_t octets_ = 0;
  std::optional<Stamp> last_;
};

}  // namespace netlat
