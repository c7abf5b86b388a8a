// Any sequence of segments among a few hosts through a table with hardly any
// memory: every connection is reported once, whole, and the counts add up.

#include <fuzzer/FuzzedDataProvider.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "netlat/flow/flow_table.h"
#include "tests/support/invariants.h"

namespace {

using namespace netlat;

void fail(const char* why) {
  std::fprintf(stderr, "%s\n", why);
  std::abort();
}

class Reports : public FlowListener {
 public:
  void finished(const Connection& c, std::uint32_t) override {
    once(c.id);
    const std::string broken = test::broken_invariant(c);
    if (!broken.empty()) fail(broken.c_str());
  }
  void unanswered(const HalfOpen& attempt, const SynRetry*) override {
    once(attempt.id);
  }
  std::size_t size() const { return ids_.size(); }

 private:
  void once(std::uint32_t id) {
    if (!ids_.insert(id).second) fail("a connection reported twice");
  }
  std::set<std::uint32_t> ids_;
};

Segment segment(FuzzedDataProvider& data) {
  Segment s;
  const auto ends = data.ConsumeIntegral<std::uint8_t>();
  const auto shape = data.ConsumeIntegral<std::uint8_t>();
  const std::array<std::uint8_t, 4> client = {10, 0, 0, 1};
  const std::array<std::uint8_t, 4> server = {10, 0, 0, 2};
  s.transport = Transport::tcp;
  s.source = IpAddress::v4(client.data());
  s.destination = IpAddress::v4(server.data());
  s.source_port = static_cast<Port>(1000 + (ends & 0x3f));
  s.destination_port = 80;
  if ((ends & 0x40) != 0) {
    std::swap(s.source, s.destination);
    std::swap(s.source_port, s.destination_port);
  }
  s.vantage = ends >> 7;
  s.tcp.flags = shape & 0x1f;
  s.payload_length = (shape >> 5) * 100u;
  s.tcp.seq = Seq32{data.ConsumeIntegral<std::uint8_t>() * 100u};
  s.tcp.ack = Seq32{data.ConsumeIntegral<std::uint8_t>() * 100u};
  s.tcp.window = 500;
  if ((shape & 0xe0) == 0xe0) {
    s.transport = Transport::icmp;
    s.icmp.type = 3;
    s.icmp.code = 4;
    s.icmp.has_quote = true;
    s.icmp.quote.transport = Transport::tcp;
    s.icmp.quote.source = s.source;
    s.icmp.quote.destination = s.destination;
    s.icmp.quote.source_port = s.source_port;
    s.icmp.quote.destination_port = s.destination_port;
  }
  return s;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes,
                                      std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  FlowLimits limits;
  limits.memory = data.ConsumeIntegral<std::uint8_t>() * 256u;
  limits.memory_ceiling = limits.memory * (1 + data.ConsumeBool());
  Reports reports;
  FlowTable table(limits, reports);
  Stamp now = stamp_ns(1'700'000'000'000'000'000);
  std::uint64_t frame = 0;
  std::array<Segment, kBatch> batch;
  std::array<SegmentFacts, kBatch> facts;
  while (data.remaining_bytes() > 0) {
    const std::size_t n = data.ConsumeIntegralInRange<std::size_t>(1, kBatch);
    for (std::size_t i = 0; i < n; ++i) {
      batch[i] = segment(data);
      now += Nanos{std::int64_t{1000}
                   << data.ConsumeIntegralInRange<unsigned>(0, 40)};
      batch[i].time = now;
      batch[i].frame = ++frame;
    }
    table.advance({batch.data(), n}, facts);
  }
  table.finish();
  const FlowCounters& counters = table.counters();
  if (reports.size() != counters.connections) fail("connections are missing");
  if (table.size() != 0) fail("connections are left");
  if (counters.evicted > counters.connections) fail("too many evictions");
  return 0;
}
