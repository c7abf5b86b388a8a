#include "tests/lab/wire/craft.h"

#include <algorithm>

#include "tests/lab/wire/checksum.h"

namespace lab {
namespace {

constexpr size_t kTcpHeader = 20;
constexpr size_t kIcmpHeader = 8;
constexpr uint8_t kTtl = 64;
// RFC 1812, 4.3.2.3 and RFC 4443, 2.4(c): quote as much as fits in these.
constexpr size_t kLongestIcmp = 576;
constexpr size_t kLongestIcmp6 = 1280;

void copy_into(ConstOctets from, Octets to, size_t at) {
  std::copy(from.begin(), from.end(),
            to.begin() + static_cast<std::ptrdiff_t>(at));
}

size_t ip_header_octets(uint8_t version) {
  return version == 4 ? 20 : 40;
}

// A header without options in front of `payload` octets; returns its length.
size_t put_ip_header(const Address& source, const Address& destination,
                     uint8_t protocol, size_t payload, Octets out) {
  const size_t header = ip_header_octets(source.version);
  std::fill_n(out.begin(), header, uint8_t{0});
  const ConstOctets from(source.octets);
  const ConstOctets to(destination.octets);
  if (source.version == 4) {
    out[0] = 0x45;
    store16(out, 2, static_cast<uint32_t>(header + payload));
    out[6] = 0x40;  // don't fragment
    out[8] = kTtl;
    out[9] = protocol;
    copy_into(from.first(4), out, 12);
    copy_into(to.first(4), out, 16);
    fill_ip_checksum(out.first(header));
  } else {
    out[0] = 0x60;
    store16(out, 4, static_cast<uint32_t>(payload));
    out[6] = protocol;
    out[7] = kTtl;
    copy_into(from, out, 8);
    copy_into(to, out, 24);
  }
  return header;
}

// Sets the transport checksum of a packet that is otherwise complete.
size_t complete(Octets packet) {
  fill_transport_checksum(packet, parse_packet(packet));
  return packet.size();
}

}  // namespace

size_t build_reset(const Reset& reset, Octets buffer) {
  const size_t header =
      put_ip_header(reset.source.address, reset.destination.address, kTcp,
                    kTcpHeader, buffer);
  const Octets tcp = buffer.subspan(header, kTcpHeader);
  std::fill(tcp.begin(), tcp.end(), uint8_t{0});
  store16(tcp, 0, reset.source.port);
  store16(tcp, 2, reset.destination.port);
  store32(tcp, 4, reset.seq);
  if (reset.with_ack) store32(tcp, 8, reset.ack);
  tcp[12] = (kTcpHeader / 4) << 4U;
  tcp[13] = static_cast<uint8_t>(kRst | (reset.with_ack ? kAck : 0));
  return complete(buffer.first(header + kTcpHeader));
}

size_t build_too_big(ConstOctets packet, const PacketView& view,
                     const Address& router, uint32_t mtu, Octets buffer) {
  const bool v4 = view.version() == 4;
  const size_t room = (v4 ? kLongestIcmp : kLongestIcmp6) -
                      ip_header_octets(view.version()) - kIcmpHeader;
  const ConstOctets quote = packet.first(std::min(packet.size(), room));
  const size_t header =
      put_ip_header(router, view.source.address, v4 ? kIcmp : kIcmp6,
                    kIcmpHeader + quote.size(), buffer);
  const Octets icmp = buffer.subspan(header, kIcmpHeader);
  std::fill(icmp.begin(), icmp.end(), uint8_t{0});
  icmp[0] = v4 ? 3 : 2;
  icmp[1] = v4 ? 4 : 0;
  store32(icmp, 4, mtu);
  copy_into(quote, buffer, header + kIcmpHeader);
  return complete(buffer.first(header + kIcmpHeader + quote.size()));
}

}  // namespace lab
