#pragma once
// What netlat top is told in tests: two minutes of a small network in which
// one pair of zones becomes slow.

#include <vector>

#include "netlat/term/dashboard.h"
#include "netlat/term/model.h"

namespace netlat::top_samples {

/// 2026-03-04 10:40:00 UTC.
Stamp story_start();

/// `n` samples around `median`, spread as round trips are; every fortieth is
/// `slow`.
PackedHistogram times(std::uint64_t n, Nanos median, Nanos slow);

/// One second from `second` on of one pair of zones and one server.
IntervalRecord interval(int second, const char* client_zone,
                        const char* server_zone, const char* server,
                        std::uint64_t n, Nanos median, Nanos slow);

/// A connection with these times and losses.
FlowRow flow(std::uint64_t id, const char* client, Port client_port,
             const char* server, Port server_port, std::uint64_t n,
             Nanos median, Nanos slow, std::uint32_t repeats);

/// Ten seconds of a connection that loses packets and whose receiver stops.
FlowTrace trace();

/// Eight pairs of zones, a dozen connections; in the last 50 seconds of 120,
/// az1 > az2 breaks what was promised for it.
std::vector<Record> story();
std::vector<Objective> promises();

/// A dashboard that has been shown `records` at the size, and what it was
/// shown, with the state.
struct Shown {
  Model model;
  Dashboard dashboard;
  SourceState state = SourceState::live;
  /// Of the connection that is selected, if any packet was told of.
  std::shared_ptr<const FlowTrace> trace;

  void refresh(GridSize size);
};
Shown shown(std::vector<Record> records, std::vector<Objective> objectives,
            GridSize size);

}  // namespace netlat::top_samples
