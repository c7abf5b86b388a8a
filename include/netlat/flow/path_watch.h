#pragma once
// Tells a longer path from a slower server where every ACK rides on an answer.
//
// Problem: of a connection that asks and answers in single segments nobody but
// the answer acknowledges the question, and an answer that comes later than the
// shortest round trip may have waited for the program.  When the path itself
// gets longer, all answers look like that: the network's RTT falls silent and
// the server gets the blame.
// Method: timestamps (RFC 7323) tell when the answer left.  Arrival less TSval,
// in a clock of unknown offset, is the one-way delay from the sender, and a
// program that thinks does not change it.  The smallest of kPackets packets is
// compared with the smallest so far; where it grew by more than the grain of
// the clock can feign, and by a quarter of the shortest round trip, that round
// trip is raised by twice as much, as for a path that got longer both ways.
// Bias: a path that got longer on the way back alone is raised too far, until
// the next answer is quicker and sets it right; one that got longer on the way
// there alone is not seen.  Growth below kGrain is not seen.  Clocks that do
// not tick in milliseconds, as all of Linux, Windows and macOS do, are left
// alone.  What a slow drift of the clocks adds is taken for the path's own.
// Cost: a few additions for a packet with timestamps, 64 octets a connection;
// for captures that are watched as they happen.

#include <cstdint>
#include <span>
#include <vector>

#include "netlat/flow/flow_table.h"

namespace netlat {

class PathWatch {
 public:
  static constexpr std::uint32_t kPackets = 16;
  static constexpr std::int64_t kGrainUs = 700;

  /// What the flow table said of a batch, right after it did.
  void advance(std::span<const Segment> batch,
               std::span<const SegmentFacts> facts, FlowTable& table);

 private:
  // One sender, as heard at the capture point.
  struct Way {
    Stamp first;
    std::uint32_t first_tsval = 0;
    std::uint32_t packets = 0;   // of those now compared
    std::int32_t base_us = 0;    // smallest one-way delay, of unknown origin
    std::int32_t lowest_us = 0;  // smallest of the packets
    bool begun = false, known = false;  // known: base_us
  };
  struct Watched {
    std::uint32_t flow_id = 0;
    bool used = false;
    Way way[2];  // by sender
  };

  static std::int64_t take(Way& way, const Segment& s);

  std::vector<Watched> watched_;  // by connection
};

}  // namespace netlat
