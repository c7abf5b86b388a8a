#include "netlat/flow/quic_timer.h"

#include <algorithm>

#include "lib/flow/elapsed.h"
#include "lib/flow/quic_header.h"
#include "lib/flow/recent_table.h"
#include "lib/flow/sighting.h"
#include "lib/flow/spin_observer.h"

namespace netlat {
namespace {

// RFC 9000 14.1 and 7.2.
constexpr std::uint32_t kMinClientInitial = 1200;
constexpr std::size_t kMinClientDestination = 8;
constexpr std::uint8_t kLongForm = 0x80;
constexpr std::uint8_t kSpinBit = 0x20;
// A spread up to this fraction of the round trip leaves no doubt that matters.
constexpr int kSpreadFraction = 8;

// Packets that an answer may answer.
struct Candidates {
  Stamp first, last;
  std::uint8_t count = 0;

  void add(Stamp now) {
    if (count == 0) first = now;
    last = now;
    if (count < UINT8_MAX) ++count;
  }
};

enum class Phase : std::uint8_t {
  initial_sent,   // the client waits
  retry_sent,     // the server asked for another Initial
  server_flight,  // the server answered
  established,    // the client answered that
};

struct Connection {
  Phase phase = Phase::initial_sent;
  bool client_is_first = false;  // of the two ends in key order
  bool has_spun = false;
  std::uint32_t version = 0;
  ConnectionId original, client, server;  // as chosen by those
  Candidates asked;
  Sighting sighting;                               // of the last Initial
  Nanos best_server_half{0}, best_client_half{0};  // 0: none
  SpinObserver spin;
};

// The ends in an order that both directions share.
struct Ends {
  FlowWords words;
  bool source_is_first;
};
Ends ends_of(const Segment& s) {
  const bool source_first = s.source != s.destination
                                ? s.source < s.destination
                                : s.source_port <= s.destination_port;
  return {source_first ? flow_words(s.source, s.source_port, s.destination,
                                    s.destination_port, s, 0)
                       : flow_words(s.destination, s.destination_port, s.source,
                                    s.source_port, s, 0),
          source_first};
}

bool opens_connection(const QuicLongHeader& header, const Segment& segment) {
  return header.type == QuicPacketType::initial &&
         segment.payload_length >= kMinClientInitial &&
         header.destination.size() >= kMinClientDestination;
}

}  // namespace

struct QuicTimer::State {
  State(const KeyedHash& hash, std::size_t slots) : table(slots, hash) {}

  using Table = RecentTable<Connection>;
  Table table;
  QuicCounters count;

  void open(const Ends& ends, const QuicLongHeader& header,
            const Segment& segment);
  void restart(Connection& connection, const QuicLongHeader& header,
               const Segment& segment);
  void from_client(Connection& connection, const QuicLongHeader& header,
                   const Segment& segment, QuicReport& report);
  void repeat_initial(Connection& connection, const Segment& segment);
  /// False: the connection is over.
  bool from_server(Connection& connection, const QuicLongHeader& header,
                   const Segment& segment, QuicReport& report);
  void short_header(Connection& connection, Dir dir, const Segment& segment,
                    QuicReport& report);
  void client_answer(Connection& connection, Stamp now, QuicReport& report);
  void add_half(Connection& connection, RttSpan span, Stamp now,
                QuicReport& report);
};

void QuicTimer::State::open(const Ends& ends, const QuicLongHeader& header,
                            const Segment& segment) {
  const std::size_t slot = table.insert(
      ends.words, segment.time, [&](const Connection&, Stamp touched) {
        if (elapsed(touched, segment.time) <= kQuicTimeout) ++count.evicted;
      });
  Connection& connection = table.value(slot);
  connection.client_is_first = ends.source_is_first;
  restart(connection, header, segment);
}

void QuicTimer::State::restart(Connection& connection,
                               const QuicLongHeader& header,
                               const Segment& segment) {
  const bool client_is_first = connection.client_is_first;
  connection = Connection{};
  connection.client_is_first = client_is_first;
  connection.version = header.version;
  connection.original = header.destination;
  connection.client = header.source;
  connection.sighting = Sighting::of(segment);
  connection.asked.add(segment.time);
  ++count.connections;
}

void QuicTimer::State::add_half(Connection& connection, RttSpan span, Stamp now,
                                QuicReport& report) {
  const Candidates& asked = connection.asked;
  const Nanos rtt = elapsed(asked.last, now);
  if (asked.count == 0 || rtt > kQuicTimeout) return;
  if (now < asked.last) {
    ++count.negative;
    return;
  }
  QuicSample& sample = report.samples[report.count++];
  sample.span = span;
  sample.rtt_class = QuicRttClass::handshake;
  sample.candidates = asked.count;
  sample.rtt = rtt;
  sample.spread = std::max(Nanos{0}, elapsed(asked.first, asked.last));
  sample.ambiguous = sample.spread > rtt / kSpreadFraction;
  if (sample.ambiguous) {
    ++count.ambiguous;
    return;
  }
  Nanos& best = span == RttSpan::server_half ? connection.best_server_half
                                             : connection.best_client_half;
  if (best == Nanos{0} || rtt < best) best = rtt;
}

void QuicTimer::State::repeat_initial(Connection& connection,
                                      const Segment& segment) {
  const Sighting sighting = Sighting::of(segment);
  if (connection.sighting.same_packet(sighting)) {
    ++count.duplicates;
    return;
  }
  connection.sighting = sighting;
  connection.asked.add(segment.time);
}

void QuicTimer::State::from_client(Connection& connection,
                                   const QuicLongHeader& header,
                                   const Segment& segment, QuicReport& report) {
  const bool initial = header.type == QuicPacketType::initial;
  switch (connection.phase) {
    case Phase::initial_sent:
      if (header.destination == connection.original) {
        if (initial) repeat_initial(connection, segment);
        return;
      }
      break;
    case Phase::retry_sent:
      if (initial && header.destination == connection.server) {
        add_half(connection, RttSpan::client_half, segment.time, report);
        connection.phase = Phase::initial_sent;
        connection.original = header.destination;
        connection.client = header.source;
        connection.sighting = Sighting::of(segment);
        connection.asked = {};
        connection.asked.add(segment.time);
        return;
      }
      break;
    case Phase::server_flight:
      // The server may already have given out IDs other than its first, but
      // one that never heard it goes on with the original.
      if (header.type != QuicPacketType::zero_rtt &&
          header.source == connection.client &&
          header.destination != connection.original) {
        connection.server = header.destination;
        client_answer(connection, segment.time, report);
        return;
      }
      break;
    case Phase::established:
      break;
  }
  // Another connection between the same ports.
  const bool known = header.destination == connection.original ||
                     header.destination == connection.server;
  if (!known && opens_connection(header, segment)) {
    restart(connection, header, segment);
  }
}

bool QuicTimer::State::from_server(Connection& connection,
                                   const QuicLongHeader& header,
                                   const Segment& segment, QuicReport& report) {
  if (header.destination != connection.client) return true;
  if (connection.phase == Phase::server_flight) {
    connection.asked.add(segment.time);
    return true;
  }
  if (connection.phase != Phase::initial_sent) return true;
  if (header.type == QuicPacketType::version_negotiation) {
    if (header.source != connection.original) return true;
    ++count.negotiations;
    add_half(connection, RttSpan::server_half, segment.time, report);
    return false;
  }
  if (header.type == QuicPacketType::zero_rtt) return true;
  add_half(connection, RttSpan::server_half, segment.time, report);
  const bool retry = header.type == QuicPacketType::retry;
  if (retry) ++count.retries;
  connection.phase = retry ? Phase::retry_sent : Phase::server_flight;
  connection.server = header.source;
  connection.asked = {};
  connection.asked.add(segment.time);
  return true;
}

void QuicTimer::State::client_answer(Connection& connection, Stamp now,
                                     QuicReport& report) {
  add_half(connection, RttSpan::client_half, now, report);
  connection.phase = Phase::established;
  const Nanos rtt = connection.best_server_half + connection.best_client_half;
  if (connection.best_server_half > Nanos{0} &&
      connection.best_client_half > Nanos{0}) {
    connection.spin.set_estimate(rtt);
  }
}

void QuicTimer::State::short_header(Connection& connection, Dir dir,
                                    const Segment& segment,
                                    QuicReport& report) {
  if (connection.phase == Phase::server_flight) {
    if (dir == Dir::s2c) {
      connection.asked.add(segment.time);
    } else {
      client_answer(connection, segment.time, report);
    }
  }
  const bool was_random = connection.spin.random();
  const SpinSample spin = connection.spin.advance(
      dir, segment.time, (segment.payload[0] & kSpinBit) != 0);
  if (!was_random && connection.spin.random()) ++count.random_spin;
  const auto add = [&](RttSpan span, const std::optional<Nanos>& rtt) {
    if (!rtt || report.count == report.samples.size()) return;
    if (!connection.has_spun) ++count.spinning;
    connection.has_spun = true;
    QuicSample& sample = report.samples[report.count++];
    sample = QuicSample{};
    sample.span = span;
    sample.rtt_class = QuicRttClass::spin;
    sample.rtt = *rtt;
  };
  add(RttSpan::end_to_end, spin.end_to_end);
  add(dir == Dir::s2c ? RttSpan::server_half : RttSpan::client_half, spin.half);
}

QuicTimer::QuicTimer(const KeyedHash& hash, std::size_t slots)
    : state_(std::make_unique<State>(hash, slots)) {}
QuicTimer::QuicTimer(QuicTimer&&) noexcept = default;
QuicTimer& QuicTimer::operator=(QuicTimer&&) noexcept = default;
QuicTimer::~QuicTimer() = default;

QuicReport QuicTimer::advance(const Segment& segment) {
  QuicReport report;
  if (segment.transport != Transport::udp || segment.later_fragment ||
      segment.payload.empty()) {
    return report;
  }
  const bool is_long = (segment.payload[0] & kLongForm) != 0;
  if (!is_long && state_->table.size() == 0) return report;
  std::optional<QuicLongHeader> header;
  if (is_long) {
    header = parse_quic_long_header(segment.payload);
    if (!header) return report;
  }
  const Ends ends = ends_of(segment);
  const std::size_t slot =
      state_->table.find(ends.words, [](const Connection&) { return true; });
  if (slot == State::Table::kNone) {
    if (header && opens_connection(*header, segment)) {
      state_->open(ends, *header, segment);
    }
    return report;
  }
  state_->table.touch(slot, segment.time);
  Connection& connection = state_->table.value(slot);
  const bool from_client = ends.source_is_first == connection.client_is_first;
  report.dir = from_client ? Dir::c2s : Dir::s2c;
  if (!header) {
    state_->short_header(connection, report.dir, segment, report);
  } else if (from_client) {
    state_->from_client(connection, *header, segment, report);
  } else if (!state_->from_server(connection, *header, segment, report)) {
    state_->table.erase(slot);
  }
  return report;
}

std::size_t QuicTimer::size() const noexcept {
  return state_->table.size();
}
const QuicCounters& QuicTimer::counters() const noexcept {
  return state_->count;
}

}  // namespace netlat
