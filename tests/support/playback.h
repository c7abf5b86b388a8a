#pragma once
// Shows an exchange to a capture point: renders each packet that passes there
// with libtins, decodes it with decode(), advances a FlowTable, and keeps what
// came out.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/flow/flow_table.h"
#include "tests/support/exchange.h"

namespace netlat::test {

/// Whose network card the capture point is.
enum class Tap { client, server };

/// `-i any` on a forwarder beside the tap: every packet is seen coming in at
/// one interface and going out at the other, in cooked captures of version 1
/// (one interface number for all) or 2, or in Ethernet with other addresses.
enum class Carrier { ethernet, any_sll, any_sll2, any_ethernet };

/// Numbers that hosts choose at random.  By Dir.
struct Bases {
  std::uint32_t isn[2] = {1'000'000, 5'000'000};
  std::uint32_t tsval[2] = {100'000, 700'000};
  std::uint16_t ip_id[2] = {1000, 3000};
};

struct View {
  Tap tap = Tap::client;
  Bases bases{};
  Carrier carrier = Carrier::ethernet;
  bool ipv6 = false;
  std::size_t batch = kBatch;
  FlowLimits limits{};
};

/// One captured frame.
struct Captured {
  Sent sent;
  Segment segment;     ///< payload is not kept
  SegmentFacts facts;  ///< as first said
  SegmentFacts final;  ///< with what later packets amended
  bool copy = false;   ///< the second of an `any` pair, or delivered again
};

/// What is left of one direction when its connection leaves the table.
struct FinishedHalf {
  std::uint64_t bytes = 0, packets = 0, segments = 0;
  std::uint32_t max_in_flight = 0;
  std::int64_t min_rtt_ns = -1;
  std::uint8_t ip_id_steps = 0;
  std::uint16_t mss = 0;
  Trouble trouble;  ///< as new, if there was none
};

struct FinishedFlow {
  std::uint32_t id = 0;
  RoleConfidence role = RoleConfidence::first;
  std::string client, server;
  HandshakeOutcome handshake = HandshakeOutcome::none;
  bool ambiguous = false, reused = false, started_with_syn = false;
  std::int64_t server_rtt = -1, client_rtt = -1, connect = -1;
  unsigned syn_retransmits = 0, synack_retransmits = 0;
  std::uint32_t turns = 0, turns_lossy = 0;
  FlowEnd end = FlowEnd::open;
  FinishedHalf c2s, s2c;
};

/// Copies a connection's end state.
FinishedFlow finished_flow(const Connection& connection);

/// An attempt that nobody answered.
struct Unanswered {
  std::uint32_t id = 0;
  unsigned syns = 0;
};

struct Outcome {
  std::string exchange;
  std::vector<Captured> captured;
  std::vector<FinishedFlow> flows;  ///< by id
  std::vector<Unanswered> unanswered;
  FlowCounters counters;
  std::size_t scopes = 0;

  /// The n-th frame captured of the line so labelled.
  const Captured& at(std::string_view label, std::size_t n = 0) const;
  /// The only flow.  Throws if there is not exactly one.
  const FinishedFlow& flow() const;
  /// Samples of one half, network RTT alone or all, in capture order.
  std::vector<Nanos> samples(Dir half, bool network_only) const;
  std::vector<Nanos> services() const;
  /// Frames of a class at the end, in direction `dir`.
  std::size_t count(Dir dir, SegmentClass segment_class) const;

  /// Each frame with its facts, then the flows: equal texts, equal outcomes.
  std::string facts_text() const;
  /// The exchange as written, with the facts beside each line.
  std::string text() const;
};

Outcome play(std::string_view exchange, const View& view = {});
/// The same, and a test failure if the outcome depends on where the hosts'
/// sequence numbers, clocks and IP-IDs begin, or on how packets are batched.
Outcome observe(std::string_view exchange, const View& view = {});

/// One line, for messages and comparison.
std::string describe(const SegmentFacts& facts);
std::string describe(const FinishedFlow& flow);

}  // namespace netlat::test
