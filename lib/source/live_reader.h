#pragma once
// What one thread reads: a ring of each interface, in turn.
//
// A device that goes down or vanishes shows as an error on its sockets, which
// LiveGroup is told of; it may hand over another ring for the same place.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/source/interface_drops.h"
#include "lib/source/live_interfaces.h"
#include "lib/source/live_ring.h"
#include "netlat/source/bpf_filter.h"
#include "netlat/source/live_source.h"

namespace netlat {

/// The same for all threads, and not changed by any.
struct ReadingPlan {
  std::vector<std::string> names;  ///< of the places; empty: all interfaces
  bool vlan = false;  ///< Ethernet frames are tried after the copy as well
  std::optional<InterfaceDrops> drops;
};

class LiveReader final : public LiveSource {
 public:
  /// Both outlive this object.
  LiveReader(const ReadingPlan& plan, InterfaceList& list);
  ~LiveReader() override;
  LiveReader(const LiveReader&) = delete;
  LiveReader& operator=(const LiveReader&) = delete;

  // Before anything is read.

  /// What is tried on packets after the copy.
  void filter(BpfFilter filter) { after_copy_ = std::move(filter); }
  /// The first ring of a place.
  void begin(std::size_t place, LiveRing ring);

  std::size_t read(std::span<PacketView> out, Nanos wait) override;
  Stamp complete_until() const override;
  LiveCounts counts() override;

  // For another thread.

  /// The next ring of a place, taken once the last one is read empty.
  void hand_over(std::size_t place, LiveRing ring);
  /// Whether an error was seen there since the last call.
  bool take_doubt(std::size_t place);

 private:
  using Clock = std::chrono::steady_clock;

  struct Place {
    std::string name;
    std::optional<LiveRing> ring;
    std::atomic<LiveRing*> next{nullptr};  // handed over; owned
    std::atomic<bool> doubtful{false};
    bool empty = false;  // the ring was, when last looked at
    Stamp complete = Stamp::min();
    RingCounts before;  // of the rings it had earlier
  };

  std::size_t read_place(Place& place, std::span<PacketView> out);
  std::size_t keep_matching(std::span<PacketView> out, std::size_t n);
  void wait_for_packets(Nanos wait);
  void look_after(Place& place);
  void take_next(Place& place);

  const ReadingPlan& plan_;
  std::optional<BpfFilter> after_copy_;
  std::deque<Place> places_;  // in which they stay where they are
  std::size_t turn_ = 0;      // whose it is
  Clock::time_point look_next_;
  LiveInterfaces numbers_;
  std::array<LinkFacts, kBatch> facts_;
  std::uint64_t frames_ = 0, filtered_ = 0;
};

}  // namespace netlat
