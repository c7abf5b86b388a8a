#pragma once
// The flight recorder of a capture: what is kept, when it is written, and what
// the file says beside the packets.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "netlat/publish/flight_recorder.h"
#include "netlat/publish/frame_pipe.h"
#include "netlat/report/capture_metrics.h"
#include "netlat/report/packet_comment.h"
#include "netlat/source/live_source.h"
#include "tools/capture/options.h"
#include "tools/capture/zones.h"

namespace netlat {

class CaptureRecorder {
 public:
  explicit CaptureRecorder(const CaptureOptions& options);

  /// One packet.  `segment` is null unless it was decoded; then it is the next
  /// one of the batch that judge() will be told of.
  void add(const PacketView& packet, const Segment* segment);
  void judge(std::span<const Segment> batch,
             std::span<const SegmentFacts> facts);

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
  /// To be called often: begins a file whose time has come, hands on as much of
  /// it as there is room for.
  void tend(const Surroundings& around, FrameSender& to);
  /// No more packets: what is to be written is, as far as it is taken.
  void finish(const Surroundings& around, FrameSender& to);

  RecorderNumbers numbers() const;

  /// The recording goes on for so long after its moment.
  static constexpr Nanos kAfter = std::chrono::seconds(5);
  static constexpr Nanos kSpacing = std::chrono::minutes(5);

 private:
  struct Wanted {
    std::string why;
    Stamp moment;
  };
  struct Writing {
    FlightRecorder::Position next, end;
    std::uint64_t gone = 0;
  };

  std::size_t kept_octets(const PacketView& packet,
                          const Segment* segment) const;
  void begin(const Surroundings& around, FrameSender& to);
  bool write_piece(FrameSender& to);
  void end(const Surroundings& around, FrameSender& to);
  void fail();
  void note(const IpAddress& address);
  std::vector<std::pair<IpAddress, std::string>> names(
      const Surroundings& around) const;

  FlightRecorder ring_;
  bool payload_;
  std::uint32_t snaplen_;
  Nanos before_;  // so much of the ring is written, reckoned from the moment
  CommentLimits limits_;
  std::array<FlightRecorder::Position, kBatch> positions_{};
  std::size_t positioned_ = 0;
  std::optional<Wanted> wanted_;
  std::optional<Writing> writing_;
  std::optional<Stamp> alerted_;
  Stamp started_;
  // Addresses seen lately, by hash, each in one place: those with names.
  static constexpr std::size_t kAddresses = 4096;
  std::vector<IpAddress> addresses_;
  std::string piece_;
  std::size_t described_ = 0;  // interfaces
  RecorderNumbers numbers_;
};

}  // namespace netlat
