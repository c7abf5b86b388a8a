#pragma once
// What interfaces logged of one direction of a flow.
//
// Problem: the same packets are logged by the sender's interface, by the
// receiver's and by those of gateways between, so that a sum counts them
// several times, and a difference of sums compares what does not belong
// together.  Method: totals for each interface and direction of logging.  The
// largest is what was sent.  Loss is a difference of two interfaces only: the
// one that logged the packets as they left and never as they came, which is
// the sender's, and the one that logged them as they came and never as they
// left.  Bias: which interface a pod has of its own is not in the log.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "netlat/base/time.h"
#include "netlat/flowlog/log_record.h"

namespace netlat {

/// Traffic of one direction, each packet once.
struct Traffic {
  std::uint64_t bytes = 0, packets = 0;
};

class Sightings {
 public:
  /// Interfaces beyond these are not kept, and losses then not known.
  static constexpr std::size_t kMost = 4;
  /// Windows of two interfaces begin and end apart by as much.
  static constexpr Nanos kWindow = std::chrono::seconds(60);

  void add(const LogRecord& record);

  /// Of the interface that saw most.
  Traffic traffic() const;
  /// Left one interface and did not come to the other; nullopt unless one of
  /// either kind was logged, over the same time, and packets were counted one
  /// by one.
  std::optional<std::uint64_t> lost() const;
  /// `interface` as interface_hash() gives it.
  bool saw(std::uint64_t interface) const;
  Stamp first() const;  ///< Stamp::max() if nothing was seen
  Stamp last() const;   ///< Stamp::min() if nothing was seen

 private:
  struct Sighting {
    std::uint64_t interface = 0;
    LogDirection direction = LogDirection::unknown;
    Traffic traffic;
    Stamp first = Stamp::max(), last = Stamp::min();
  };

  /// The only interface with that direction and not the opposite one.
  const Sighting* only(LogDirection direction, LogDirection opposite) const;

  std::array<Sighting, kMost> seen_{};
  std::size_t count_ = 0;
  bool more_ = false;
  bool estimated_ = false;
};

/// Tells interfaces apart; 0 for no name alone.
std::uint64_t interface_hash(std::string_view name) noexcept;

}  // namespace netlat
