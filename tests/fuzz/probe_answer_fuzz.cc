// Octets of a hostile network as answers: what the matcher takes must be a
// probe of that lane, with its cookie if one was quoted, and only once.

#include <algorithm>
#include <array>

#include "lib/probe/flow_segment.h"
#include "lib/probe/quic_probe.h"
#include "lib/probe/quote.h"
#include "lib/probe/registry.h"
#include "netlat/probe/icmp_extension.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace netlat;
  Registry registry;
  constexpr std::uint16_t kIdentifier = 0x1234;
  for (const std::uint16_t lane : std::array<std::uint16_t, 3>{0, 1, 1}) {
    registry.add(lane);
  }
  ByteReader in(Bytes(data, size));
  while (in.remaining() >= 4) {
    const std::uint8_t how = in.u8();
    const std::uint16_t told = in.u8();
    const Bytes body = in.bytes(
        std::min<std::size_t>(std::size_t{in.u8()} * 2, in.remaining()));
    const bool v6 = (how & 1) != 0;
    const std::uint16_t lane = how >> 1 & 1;
    const auto mark = (how & 4) != 0   ? read_quoted_echo(v6, body)
                      : (how & 8) != 0 ? read_echo_reply(v6, body)
                                       : read_quoted_datagram(body);
    if (mark) {
      SentProbe* probe = registry.match(*mark, lane, kIdentifier);
      if (probe != nullptr) {
        require(probe->lane == lane);
        require(probe->state != ProbeState::answered);
        require(!mark->cookie || *mark->cookie == probe->cookie);
        require(!mark->sequence || *mark->sequence == probe->sequence());
        registry.settle(*probe, ProbeState::answered);
        require(registry.match(*mark, lane, kIdentifier) != probe);
      }
    }
    if (const auto quote = read_quote(v6, body)) {
      require(quote->head.source && quote->head.target);
      require(body.size() >= (quote->cookie ? 8u + 20 + 8 + 8 : 8u + 20 + 4));
    }
    if (const auto cookie = read_version_negotiation(body)) {
      require(body.size() >= 27 && load_be64(&body[6]) == *cookie);
    }
    if (const auto segment = read_quoted_segment(body)) {
      require(!segment->segment || (segment->segment->length >= 20 &&
                                    segment->segment->length <= body.size()));
    }
    if (const auto segment = read_peer_segment(body)) {
      require(body.size() >= 20);
      require(!segment->bare ||
              (!segment->reset && body.size() == (body[12] >> 4) * 4u));
    }
    const auto extension = find_extension(body, told, v6 ? 48 : 28);
    require(extension.labels.size() <= 16);
    require(extension.interfaces.size() <= 16);
  }
  return 0;
}
