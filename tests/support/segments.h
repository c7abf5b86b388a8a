#pragma once
// Decoded TCP segments by the million, without frames.

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "netlat/flow/flow_table.h"

namespace netlat::test {

/// Client number `n` (its address and port) and the server.
struct Ends {
  std::uint32_t client = 0;
  bool from_client = true;
};

/// A segment between 10.c.c.c:port of the client and 192.0.2.1:443.
inline Segment tcp_segment(Ends ends, std::uint8_t flags, std::uint32_t seq,
                           std::uint32_t ack = 0, std::uint32_t length = 0) {
  const std::uint32_t n = ends.client;
  const std::array<std::uint8_t, 4> host = {
      10, static_cast<std::uint8_t>(n >> 24),
      static_cast<std::uint8_t>(n >> 16), static_cast<std::uint8_t>(n >> 8)};
  const std::array<std::uint8_t, 4> server = {192, 0, 2, 1};
  Segment s;
  s.transport = Transport::tcp;
  s.source = IpAddress::v4(host.data());
  s.destination = IpAddress::v4(server.data());
  s.source_port = static_cast<Port>(40'000 + (n & 0xff));
  s.destination_port = 443;
  if (!ends.from_client) {
    std::swap(s.source, s.destination);
    std::swap(s.source_port, s.destination_port);
  }
  s.tcp.flags = flags;
  s.tcp.seq = Seq32{seq};
  s.tcp.ack = Seq32{ack};
  s.tcp.window = 500;
  s.payload_length = length;
  return s;
}

/// What a table reports, and packets one by one with frame numbers and times.
class TableRun : public FlowListener {
 public:
  explicit TableRun(const FlowLimits& limits = {}) : table_(limits, *this) {}

  SegmentFacts put(Segment s, Nanos later = std::chrono::microseconds(1)) {
    now_ += later;
    s.time = now_;
    s.frame = ++frame_;
    SegmentFacts facts;
    table_.advance({&s, 1}, {&facts, 1});
    return facts;
  }
  void finish() { table_.finish(); }
  FlowTable& table() { return table_; }

  struct Report {
    std::uint32_t id = 0;
    FlowKey key;
    bool answered = false, evicted = false, reused = false;
    FlowEnd end = FlowEnd::open;
  };
  const std::vector<Report>& reports() const { return reports_; }
  /// Called for each report, before it is kept.
  std::function<void(const Report&)> on_report;

 private:
  void finished(const Connection& c, std::uint32_t) override {
    keep({c.id, c.key, true, c.evicted, c.reused, c.end()});
  }
  void unanswered(const HalfOpen& attempt, const SynRetry*) override {
    keep({attempt.id, attempt.key(), false, false, attempt.reused,
          FlowEnd::open});
  }
  void keep(const Report& report) {
    if (on_report) on_report(report);
    reports_.push_back(report);
  }

  std::vector<Report> reports_;
  Stamp now_ = stamp_ns(1'700'000'000'000'000'000);
  std::uint64_t frame_ = 0;
  FlowTable table_;
};

}  // namespace netlat::test
