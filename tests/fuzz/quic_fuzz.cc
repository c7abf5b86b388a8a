// Datagrams between one client and one server, with times chosen by the
// input: one octet of direction, one of time, one of length each, so that
// connections of many short-header packets fit into small inputs.

#include <algorithm>

#include "netlat/flow/quic_timer.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace netlat;
  static const auto client = *IpAddress::parse("10.0.0.1");
  static const auto server = *IpAddress::parse("10.0.0.2");
  QuicTimer timer(KeyedHash(1), 16);
  ByteReader in(Bytes(data, size));
  std::int64_t now = 0;
  while (in.remaining() >= 3) {
    const std::uint8_t how = in.u8();
    const std::int64_t step = static_cast<std::int8_t>(in.u8());
    const std::size_t length = std::min<std::size_t>(in.u8(), in.remaining());
    now += step * step * step * 100'000;
    Segment s;
    s.time = stamp_ns(now);
    s.transport = Transport::udp;
    const bool from_client = (how & 1) != 0;
    const Port port = how < 128 ? 1000 : 1001;
    s.source = from_client ? client : server;
    s.destination = from_client ? server : client;
    s.source_port = from_client ? port : Port{443};
    s.destination_port = from_client ? Port{443} : port;
    s.payload = in.bytes(length);
    s.payload_length = static_cast<std::uint32_t>(length + (how & 2) * 600u);
    s.link_tag = (how & 4) != 0;
    const QuicReport report = timer.advance(s);
    require(report.count <= report.samples.size());
    for (std::size_t i = 0; i < report.count; ++i) {
      require(report.samples[i].rtt >= Nanos{0});
      require(report.samples[i].spread >= Nanos{0});
    }
  }
  return 0;
}
