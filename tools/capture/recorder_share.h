#pragma once
// One thread's part of the flight recorder: the packets it measured, kept, and
// turned into pieces of a file when one is asked for.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "netlat/publish/flight_recorder.h"
#include "netlat/report/capture_metrics.h"
#include "netlat/report/packet_comment.h"
#include "tools/capture/options.h"

namespace netlat {

/// What of the ring belongs into a file.
struct RecordingOrder {
  std::uint32_t number = 0;   ///< of the file
  Stamp from;                 ///< packets before are left out
  std::size_t described = 0;  ///< interfaces that the file describes
};

/// Packets as blocks of pcapng, as they came.
struct RecordingPiece {
  struct Block {
    Stamp time;
    std::size_t end = 0;  ///< of it, in `octets`
  };
  std::uint32_t number = 0;
  std::vector<Block> blocks;
  std::string octets;
  bool last = false;  ///< of this thread
  /// Of the last: octets overwritten before they could be taken.
  std::uint64_t gone = 0;
  /// Of the first: addresses seen lately, if there is a map to name them.
  std::vector<IpAddress> addresses;
};

class RecorderShare {
 public:
  /// One of `threads`, which have the recorder's memory together.  Connections
  /// of this one, number i, are given numbers i, i + threads, ...
  RecorderShare(const CaptureOptions& options, std::size_t number,
                std::size_t threads);

  /// One packet.  `segment` is null unless it was decoded; then it is the next
  /// one of the batch that judge() will be told of.
  void add(const PacketView& packet, const Segment* segment);
  void judge(std::span<const Segment> batch,
             std::span<const SegmentFacts> facts);

  /// What is kept now is to be handed out; what was asked for before no longer.
  void begin(const RecordingOrder& order);
  /// Whether there is something left to hand out.
  bool writing() const noexcept { return writing_.has_value(); }
  /// The next piece.  Requires: writing().
  RecordingPiece next();

  /// What is held.
  RecorderNumbers numbers() const;

 private:
  struct Writing {
    RecordingOrder order;
    FlightRecorder::Position next, end;
    std::uint64_t gone = 0;
    bool begun = false;
  };

  std::size_t kept_octets(const PacketView& packet,
                          const Segment* segment) const;
  void note(const IpAddress& address);

  std::uint32_t number_, threads_;
  FlightRecorder ring_;
  bool payload_;
  CommentLimits limits_;
  std::array<FlightRecorder::Position, kBatch> positions_{};
  std::size_t positioned_ = 0;
  std::optional<Writing> writing_;
  // Addresses seen lately, by hash, each in one place: those with names.
  static constexpr std::size_t kAddresses = 4096;
  std::vector<IpAddress> addresses_;
};

}  // namespace netlat
