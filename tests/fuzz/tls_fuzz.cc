// Both directions of a connection, cut into segments by the input: three
// octets of direction and flags, uncaptured octets and length each.  Whole
// segments are fed a second time octet by octet and must tell the same.

#include <algorithm>

#include "netlat/flow/tls_timer.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace netlat;
  TlsTimer timer, slow;
  std::int64_t offset[2] = {0, 0};
  bool whole = true;
  ByteReader in(Bytes(data, size));
  for (std::int64_t now = 0; in.remaining() >= 4; ++now) {
    const std::uint8_t how = in.u8();
    const std::uint8_t missing = in.u8();
    const std::size_t length = std::min<std::size_t>(in.u16(), in.remaining());
    const Dir dir = (how & 1) != 0 ? Dir::c2s : Dir::s2c;
    const Bytes octets = in.bytes(length);
    std::int64_t& at = offset[how & 1];
    if ((how & 2) != 0) at += missing;
    if ((how & 4) != 0) at -= missing;
    const std::uint32_t cut = (how & 8) != 0 ? missing * 20u : 0;
    whole = whole && (how & 14) == 0;
    const auto wire = static_cast<std::uint32_t>(length) + cut;
    timer.advance(dir, stamp_ns(now), at, octets, wire);
    for (std::size_t i = 0; whole && i < length; ++i) {
      slow.advance(dir, stamp_ns(now), at + static_cast<std::int64_t>(i),
                   octets.subspan(i, 1), 1);
    }
    at += wire;
    const TlsHandshake& r = timer.result();
    if (r.server_hello && r.client_reply) {
      require(*r.server_hello <= *r.client_reply);
    }
    require(r.server_name.size() <= kMaxName);
    if (whole && timer.state() != TlsTimer::State::not_tls &&
        slow.state() != TlsTimer::State::not_tls) {
      require(r.version == slow.result().version);
      require(r.server_name == slow.result().server_name);
      require(r.client_hello == slow.result().client_hello);
      require(r.server_hello == slow.result().server_hello);
      require(r.resumed == slow.result().resumed);
    }
  }
  return 0;
}
