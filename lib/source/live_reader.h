#pragma once
// Several rings as one source, with interfaces that come and go.
//
// A device that goes down or vanishes shows as an error on its socket.  Down:
// the same socket goes on by itself when the device is up again.  Vanished: the
// opener is asked once a second for a new socket by the same name, without
// waiting for it, since an opener that hangs must not stop what still works.

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "lib/source/interface_drops.h"
#include "lib/source/live_channel.h"
#include "lib/source/live_interfaces.h"
#include "lib/source/live_ring.h"
#include "netlat/source/bpf_filter.h"
#include "netlat/source/live_source.h"

namespace netlat {

class LiveReader final : public LiveSource {
 public:
  LiveReader(std::vector<std::string> names, const LiveOptions& options,
             std::unique_ptr<LiveOpener> opener);

  /// To be called once, before anything else.
  Result<void> start(const LiveOptions& options);

  std::size_t read(std::span<PacketView> out, Nanos wait) override;
  Stamp complete_until() const override;
  LiveCounts counts() override;
  std::vector<std::string> take_news() override;
  int channel() const override { return opener_->channel(); }

 private:
  using Clock = std::chrono::steady_clock;

  // One socket, or the wish for one.
  struct Place {
    std::string name;  // empty: all interfaces
    std::optional<LiveRing> ring;
    std::uint32_t ifindex = 0;
    bool doubtful = false;  // an error was seen: ask whether it still exists
    bool gone = false;      // it does not
    Stamp complete = Stamp::min();
    RingCounts before;  // of the rings it had earlier
  };

  Result<void> open_first(Place& place);
  void adopt(Place& place, int fd, const OpenReply& reply);
  std::size_t read_place(Place& place, std::span<PacketView> out);
  std::size_t keep_matching(std::span<PacketView> out, std::size_t n);
  void wait_for_packets(Nanos wait);
  void look_after(Place& place);
  void ask_opener();
  void hear_opener();
  OpenRequest& request_for(const Place& place, bool again);

  std::unique_ptr<LiveOpener> opener_;
  bool opener_lives_ = true;
  std::size_t block_size_ = 0, blocks_ = 0;
  OpenRequest request_;  // the filter and the ring are the same for all
  std::optional<BpfFilter> after_copy_;
  bool vlan_ = false;
  std::vector<Place> places_;
  std::size_t next_ = 0;              // whose turn it is
  std::optional<std::size_t> asked_;  // place the opener was asked for
  Clock::time_point ask_next_, look_next_;
  LiveInterfaces numbers_{interfaces_};
  InterfaceDrops drops_;
  std::array<LinkFacts, kBatch> facts_;
  std::uint64_t frames_ = 0, filtered_ = 0, restarts_ = 0;
  std::vector<std::string> news_;
};

}  // namespace netlat
