#pragma once
// The rings of all threads, opened together, and interfaces that come and go.
//
// Down: the same sockets go on by themselves when the device is up again.
// Vanished: the opener is asked once a second for new ones by the same name,
// without waiting for it, since an opener that hangs must not stop what still
// works.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/source/live_channel.h"
#include "lib/source/live_reader.h"
#include "netlat/source/live_source.h"

namespace netlat {

class LiveGroup final : public LiveSources {
 public:
  LiveGroup(std::vector<std::string> names, const LiveOptions& options,
            std::unique_ptr<LiveOpener> opener);

  /// To be called once, before anything else.
  Result<void> start(const LiveOptions& options);

  std::size_t count() const override { return readers_.size(); }
  LiveSource& at(std::size_t thread) override { return *readers_[thread]; }
  std::vector<std::string> tend() override;
  std::uint64_t restarts() const override { return restarts_; }
  std::vector<LiveInterface> interfaces() const override { return list_.all(); }
  int channel() const override { return opener_->channel(); }

 private:
  using Clock = std::chrono::steady_clock;

  // Sockets of an interface, one for each thread, or the wish for them.
  struct Place {
    std::uint32_t ifindex = 0;
    bool doubtful = false;  // an error was seen: ask whether it still exists
    bool gone = false;      // it does not
  };

  Result<void> open_first(std::size_t place);
  Result<std::vector<LiveRing>> map(const ReceivedReply& reply) const;
  OpenRequest& request_for(std::size_t place, bool again);
  void look_for_doubt();
  void ask_opener();
  void hear_opener();
  void adopt(std::size_t place, const ReceivedReply& reply);

  std::unique_ptr<LiveOpener> opener_;
  bool opener_lives_ = true;
  std::size_t block_size_ = 0, blocks_ = 0;
  OpenRequest request_;  // the filter and the ring are the same for all
  ReadingPlan plan_;
  InterfaceList list_;
  std::vector<std::unique_ptr<LiveReader>> readers_;
  std::vector<Place> places_;
  std::size_t next_ = 0;              // whose turn it is to be asked for
  std::optional<std::size_t> asked_;  // place the opener was asked for
  Clock::time_point ask_next_, look_next_;
  std::uint64_t restarts_ = 0;
  std::vector<std::string> news_;
};

}  // namespace netlat
