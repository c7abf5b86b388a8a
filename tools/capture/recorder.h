#pragma once
// The flight recorder of a capture: when what the threads keep is written, and
// what the file says beside the packets.
//
// Each thread hands out its packets in the order in which they came; a file is
// these merged by time, as far as all of them have been handed out.

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "netlat/publish/frame_pipe.h"
#include "netlat/source/live_source.h"
#include "tools/capture/recorder_share.h"
#include "tools/capture/zones.h"

namespace netlat {

class CaptureRecorder {
 public:
  CaptureRecorder(const CaptureOptions& options, std::size_t threads);

  /// `why` goes into the file.  Another moment within one that is still being
  /// recorded belongs to that.
  void trigger(const std::string& why, Stamp moment);
  /// The same, but not more often than every kSpacing.
  void alert(const std::string& why, Stamp moment);

  struct Surroundings {
    Stamp now;
    const std::vector<LiveInterface>& interfaces;
    const LiveCounts& counts;
    const CaptureZones* zones;  ///< null without a map
  };
  /// To be called often: begins a file whose time has come, or in any case if
  /// there are no more packets, and says what each thread is to hand out.
  std::optional<RecordingOrder> begin(const Surroundings& around,
                                      FrameSender& to, bool finishing);
  /// The next piece of a thread.
  void take(std::size_t thread, RecordingPiece piece);
  /// Pieces of a thread that are not written yet.
  std::size_t waiting(std::size_t thread) const {
    return threads_[thread].pieces.size();
  }
  bool writing() const noexcept { return writing_; }
  /// Hands on as much as there is; unless `finishing`, as there is room for.
  void write(const Surroundings& around, FrameSender& to, bool finishing);

  /// Files and failures.
  RecorderNumbers numbers() const { return numbers_; }

  /// The recording goes on for so long after its moment.
  static constexpr Nanos kAfter = std::chrono::seconds(5);
  static constexpr Nanos kSpacing = std::chrono::minutes(5);

 private:
  struct Wanted {
    std::string why;
    Stamp moment;
  };
  // What a thread has handed out and has not been written.
  struct Thread {
    std::deque<RecordingPiece> pieces;
    std::size_t next = 0;  // block of the first piece
    bool begun = false, ended = false;
  };

  bool put_names_once(const Surroundings& around, FrameSender& to);
  bool write_piece(FrameSender& to);
  Thread* earliest();
  void put_block(Thread& thread);
  void end(const Surroundings& around, FrameSender& to);
  void fail();
  std::vector<std::pair<IpAddress, std::string>> names(
      const Surroundings& around) const;

  std::uint32_t snaplen_;
  Nanos before_;  // so much is written, reckoned from the moment
  std::vector<Thread> threads_;
  std::optional<Wanted> wanted_;
  bool writing_ = false, named_ = false;
  std::uint32_t number_ = 0;  // of the file
  std::optional<Stamp> alerted_;
  Stamp started_;
  std::vector<IpAddress> addresses_;
  std::string piece_;
  std::size_t described_ = 0;  // interfaces
  std::uint64_t gone_ = 0;
  RecorderNumbers numbers_;
};

}  // namespace netlat
