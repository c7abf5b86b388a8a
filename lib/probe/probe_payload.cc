#include "lib/probe/probe_payload.h"

#include "lib/probe/quic_probe.h"

namespace netlat {

namespace {

constexpr std::uint8_t kEchoRequest4 = 8, kEchoReply4 = 0;
constexpr std::uint8_t kEchoRequest6 = 128, kEchoReply6 = 129;
constexpr std::uint32_t kTcp = 6, kUdp = 17, kIcmp6 = 58;
// What all words from the sequence number on add up to, in one's complement.
constexpr std::uint32_t kConstantSum = 0x5aa5;

void store16(std::uint8_t* p, std::uint32_t value) {
  p[0] = static_cast<std::uint8_t>(value >> 8);
  p[1] = static_cast<std::uint8_t>(value);
}

std::uint32_t sum_of(const std::uint8_t* p, std::size_t octets) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < octets; i += 2) sum += load_be16(p + i);
  return sum;
}

std::uint32_t pseudo_header(const IpAddress& source, const IpAddress& target,
                            std::uint32_t protocol, std::size_t length) {
  const auto a = source.bytes(), b = target.bytes();
  const std::size_t from = source.is_v4() ? 12 : 0;
  return fold_sum(sum_of(&a[from], 16 - from) + sum_of(&b[from], 16 - from) +
                  protocol + static_cast<std::uint32_t>(length));
}

// Cookie, then what makes it and `before` add up to the constant.
void put_cookie(std::uint8_t* p, std::uint64_t cookie, std::uint32_t before) {
  for (int i = 0; i < 8; ++i) {
    p[i] = static_cast<std::uint8_t>(cookie >> (56 - 8 * i));
  }
  const std::uint32_t sum = fold_sum(before + sum_of(p, 8));
  store16(p + 8, fold_sum(kConstantSum + (0xffff - sum)));
}

std::optional<ProbeMark> read_echo(std::uint8_t type, Bytes packet) {
  if (packet.size() < kIcmpHeader || packet[0] != type || packet[1] != 0) {
    return std::nullopt;
  }
  ProbeMark mark = read_quoted_datagram(packet.subspan(kIcmpHeader));
  mark.identifier = load_be16(&packet[4]);
  mark.sequence = load_be16(&packet[6]);
  return mark;
}

}  // namespace

void compensate(std::vector<std::uint8_t>& payload, std::size_t at) {
  const std::uint32_t sum = fold_sum(sum_of(payload.data(), payload.size()));
  store16(&payload[at], fold_sum(kConstantSum + (0xffff - sum)));
}

std::uint16_t fold_sum(std::uint32_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

std::vector<std::uint8_t> make_echo(bool v6, std::uint16_t identifier,
                                    std::uint16_t sequence,
                                    std::uint64_t cookie, std::size_t length) {
  std::vector<std::uint8_t> packet(length);
  packet[0] = v6 ? kEchoRequest6 : kEchoRequest4;
  store16(&packet[4], identifier);
  store16(&packet[6], sequence);
  put_cookie(&packet[kIcmpHeader], cookie, sequence);
  if (!v6) {
    const std::uint32_t sum = sum_of(packet.data(), packet.size() & ~1ull);
    store16(&packet[2], 0xffffU - fold_sum(sum));
  }
  return packet;
}

std::vector<std::uint8_t> make_datagram(std::uint64_t cookie,
                                        std::size_t length) {
  std::vector<std::uint8_t> payload(length);
  put_cookie(payload.data(), cookie, 0);
  return payload;
}

ProbeChecksum echo_checksum(const IpAddress& source, const IpAddress& target,
                            std::uint16_t identifier, std::size_t length) {
  const bool v6 = !source.is_v4();
  std::uint32_t sum = std::uint32_t{v6 ? kEchoRequest6 : kEchoRequest4} << 8;
  sum += identifier + kConstantSum;
  if (v6) sum += pseudo_header(source, target, kIcmp6, length);
  return {static_cast<std::uint16_t>(0xffffU - fold_sum(sum))};
}

ProbeChecksum datagram_checksum(const IpAddress& source,
                                const IpAddress& target, Port source_port,
                                Port port, std::size_t length) {
  const std::uint32_t pseudo = pseudo_header(source, target, kUdp, length);
  const std::uint32_t sum =
      fold_sum(pseudo + source_port + port +
               static_cast<std::uint32_t>(length) + kConstantSum);
  // 0 means that there is none and is sent as its other form.
  const std::uint32_t whole = sum == 0xffff ? 0xffff : 0xffff - sum;
  return {static_cast<std::uint16_t>(whole),
          static_cast<std::uint16_t>(fold_sum(pseudo))};
}

ProbeChecksum segment_checksum(const IpAddress& source, const IpAddress& target,
                               const SegmentSum& segment) {
  const std::uint32_t pseudo =
      pseudo_header(source, target, kTcp, segment.length);
  return {static_cast<std::uint16_t>(0xffffU - fold_sum(pseudo + segment.sum)),
          fold_sum(pseudo)};
}

std::optional<ProbeMark> read_quoted_echo(bool v6, Bytes quote) {
  return read_echo(v6 ? kEchoRequest6 : kEchoRequest4, quote);
}

std::optional<ProbeMark> read_echo_reply(bool v6, Bytes packet) {
  return read_echo(v6 ? kEchoReply6 : kEchoReply4, packet);
}

ProbeMark read_quoted_datagram(Bytes payload) {
  ProbeMark mark;
  mark.cookie = read_quoted_quic(payload);
  if (!mark.cookie && payload.size() >= 8) {
    mark.cookie = load_be64(payload.data());
  }
  return mark;
}

}  // namespace netlat
