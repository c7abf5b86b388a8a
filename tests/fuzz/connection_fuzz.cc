// Any sequence of segments between two hosts: the engine's invariants hold
// after each.

#include <fuzzer/FuzzedDataProvider.h>

#include <cstdio>
#include <cstdlib>

#include "lib/flow/tcp_engine.h"
#include "tests/support/invariants.h"

namespace {

using namespace netlat;

constexpr std::uint32_t kIsn[2] = {0xffff'e000, 1000};

/// Near what was sent last, so that numbers meet; now and then anywhere.
std::uint32_t number(FuzzedDataProvider& data, std::uint32_t base) {
  const auto kind = data.ConsumeIntegral<std::uint8_t>();
  if (kind == 0xff) return data.ConsumeIntegral<std::uint32_t>();
  return base + data.ConsumeIntegral<std::uint8_t>() * (kind % 8 + 1u);
}

Segment segment(FuzzedDataProvider& data, std::size_t from) {
  Segment s;
  s.transport = Transport::tcp;
  s.tcp.flags = data.ConsumeIntegral<std::uint8_t>();
  // Most segments of a connection are ACKs and nothing else.
  if ((s.tcp.flags & 0x60) != 0) s.tcp.flags = kAck;
  s.tcp.seq = Seq32{number(data, kIsn[from])};
  s.tcp.ack = Seq32{number(data, kIsn[1 - from])};
  const auto shape = data.ConsumeIntegral<std::uint8_t>();
  s.payload_length = (shape & 3) * 700u + (shape >> 7);
  if ((shape & 0x0c) == 0x0c) s.payload_length *= 30;
  s.super_segment = s.payload_length > 9000;
  s.tcp.window = (shape & 0x30) == 0x30 ? 0 : 500;
  s.has_ip_id = (shape & 0x40) != 0;
  s.ip_id = data.ConsumeIntegral<std::uint8_t>();
  const auto options = data.ConsumeIntegral<std::uint8_t>();
  s.tcp.has_timestamps = (options & 1) != 0;
  s.tcp.tsval = options >> 4;
  s.tcp.tsecr = data.ConsumeIntegral<std::uint8_t>() & 15;
  s.link_tag = options >> 3 & 1;
  if ((options & 6) != 0) {
    s.tcp.sack_count = options >> 1 & 3;
    for (std::size_t i = 0; i < s.tcp.sack_count; ++i) {
      s.tcp.sack[i] = {Seq32{number(data, kIsn[1 - from])},
                       Seq32{number(data, kIsn[1 - from])}};
    }
  }
  if (s.has(kSyn)) s.tcp.mss = 1460;
  return s;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes,
                                      std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  FlowCounters counters;
  TcpEngine engine(counters, 64 * 1024);
  Connection connection;
  connection.client_is_low = true;
  Stamp now = stamp_ns(1'700'000'000'000'000'000);
  std::uint64_t frame = 0;
  while (data.remaining_bytes() > 0) {
    const auto step = data.ConsumeIntegral<std::uint8_t>();
    const std::size_t from = step & 1;
    // From microseconds to minutes, and back now and then.
    now += Nanos{std::int64_t{1000} << (step >> 1 & 31)};
    if (step == 0xff) now -= std::chrono::milliseconds(5);
    if (step == 0xfd) {
      IcmpFields icmp;
      icmp.type = 3;
      icmp.code = 4;
      engine.icmp_error(connection, Dir::c2s, icmp);
    }
    Segment s = segment(data, from);
    s.time = now;
    s.frame = ++frame;
    SegmentFacts facts;
    facts.start(0, 0, from == 0 ? Dir::c2s : Dir::s2c);
    engine.advance(connection, s, facts);
    const std::string broken = test::broken_invariant(connection);
    if (!broken.empty()) {
      std::fprintf(stderr, "after segment %llu: %s\n",
                   static_cast<unsigned long long>(frame), broken.c_str());
      std::abort();
    }
  }
  engine.release(connection);
  return 0;
}
