// Datagrams between one client and one server, with times chosen by the
// input: two octets of length, one of direction and time each.

#include <algorithm>

#include "netlat/flow/dns_timer.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace netlat;
  static const auto client = *IpAddress::parse("10.0.0.1");
  static const auto server = *IpAddress::parse("10.0.0.2");
  DnsTimer timer(KeyedHash(1), 16);
  ByteReader in(Bytes(data, size));
  std::int64_t now = 0;
  while (in.remaining() >= 4) {
    const std::uint8_t how = in.u8();
    const std::int64_t step = static_cast<std::int8_t>(in.u8());
    const std::size_t length = std::min<std::size_t>(in.u16(), in.remaining());
    now += step * step * step * 20'000'000;
    Segment s;
    s.time = stamp_ns(now);
    s.transport = Transport::udp;
    const bool query = (how & 1) != 0;
    s.source = query ? client : server;
    s.destination = query ? server : client;
    s.source_port = query ? 1000 : 53;
    s.destination_port = query ? 53 : 1000;
    s.payload = in.bytes(length);
    s.payload_length = static_cast<std::uint32_t>(length + (how & 2) * 50u);
    if (const auto answer = timer.advance(s)) {
      require(answer->since_last >= Nanos{0});
      require(answer->since_last <= kDnsTimeout);
      require(answer->question.name.size() <= kMaxName);
    }
    if ((how & 4) != 0) timer.take_unanswered(s.time);
    const DnsCounters& c = timer.counters();
    require(c.queries == c.answers + c.unanswered + c.evicted + c.negative +
                             timer.pending());
  }
  return 0;
}
