#include "lib/flow/dns_message.h"

#include <algorithm>

namespace netlat {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kMaxLabel = 63;

std::uint8_t lower(std::uint8_t c) {
  return c >= 'A' && c <= 'Z' ? static_cast<std::uint8_t>(c + 32) : c;
}

enum class NameEnd : std::uint8_t { whole, ran_out, bad };

// Leaves the reader behind the root label if the name is whole.
NameEnd read_name(ByteReader& in, NameOctets& name) {
  for (;;) {
    if (in.remaining() == 0) return NameEnd::ran_out;
    const std::size_t label = in.u8();
    if (label == 0) break;
    if (label > kMaxLabel) return NameEnd::bad;
    if (!name.empty() && !name.push('.')) return NameEnd::bad;
    const std::size_t here = std::min(label, in.remaining());
    for (const std::uint8_t octet : in.bytes(here)) {
      if (!name.push(lower(octet))) return NameEnd::bad;
    }
    if (here < label) return NameEnd::ran_out;
  }
  if (name.empty()) name.push('.');
  return NameEnd::whole;
}

}  // namespace

DnsParse parse_dns(Bytes captured, std::uint32_t length, DnsMessage& out) {
  if (length < kHeader) return DnsParse::malformed;
  if (captured.size() < kHeader) return DnsParse::cut;
  captured = captured.first(std::min<std::size_t>(captured.size(), length));
  const bool all_captured = captured.size() == length;

  ByteReader in(captured);
  out = DnsMessage{};
  out.id = in.u16();
  const std::uint16_t flags = in.u16();
  const std::uint16_t questions = in.u16();
  in.skip(6);
  out.response = (flags & 0x8000) != 0;
  out.opcode = static_cast<std::uint8_t>(flags >> 11 & 0xf);
  out.truncated = (flags & 0x0200) != 0;
  out.rcode = static_cast<std::uint8_t>(flags & 0xf);
  if (questions == 0) return DnsParse::no_question;
  if (questions > 1) return DnsParse::unusual;

  const NameEnd end = read_name(in, out.name);
  if (end == NameEnd::bad) return DnsParse::malformed;
  const bool whole = end == NameEnd::whole && in.remaining() >= 4;
  if (!whole && all_captured) return DnsParse::malformed;
  out.name_cut = end == NameEnd::ran_out;
  if (whole) {
    out.qtype = in.u16();
    out.qclass = in.u16();
  }
  return DnsParse::question;
}

}  // namespace netlat
