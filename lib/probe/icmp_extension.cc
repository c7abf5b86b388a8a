#include "netlat/probe/icmp_extension.h"

#include <algorithm>

namespace netlat {

namespace {

constexpr std::size_t kHeader = 4;
constexpr std::size_t kMost = 16;
// The quoted packet is padded to this before an extension (RFC 4884 5.5).
constexpr std::size_t kPadded = 128;
constexpr std::uint8_t kMplsClass = 1, kInterfaceClass = 2;

bool checksum_right(Bytes bytes) {
  if (load_be16(&bytes[2]) == 0) return true;  // the router sent none
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    sum += load_be16(&bytes[i]);
  }
  if (bytes.size() % 2 != 0) sum += std::uint32_t{bytes.back()} << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum == 0xffff;
}

// Whether the objects end exactly where the packet does.
bool chain_ends(Bytes objects) {
  while (!objects.empty()) {
    if (objects.size() < kHeader) return false;
    const std::size_t length = load_be16(objects.data());
    if (length < kHeader || length > objects.size()) return false;
    objects = objects.subspan(length);
  }
  return true;
}

bool plausible(Bytes body, std::size_t at) {
  if (at > body.size() || body.size() - at < kHeader + kHeader) return false;
  const Bytes bytes = body.subspan(at);
  return bytes[0] >> 4 == 2 && checksum_right(bytes) &&
         chain_ends(bytes.subspan(kHeader));
}

void read_labels(Bytes payload, IcmpExtension& out) {
  for (ByteReader in(payload); in.remaining() >= 4;) {
    const std::uint32_t word = in.u32();
    if (out.labels.size() == kMost) return;
    out.labels.push_back({word >> 12, static_cast<std::uint8_t>(word >> 9 & 7),
                          static_cast<std::uint8_t>(word)});
  }
}

std::optional<IpAddress> read_address(ByteReader& in) {
  const std::uint16_t family = in.u16();
  in.skip(2);
  if (family == 1) {
    const Bytes b = in.bytes(4);
    if (!b.empty()) return IpAddress::v4(b.data());
  } else if (family == 2) {
    const Bytes b = in.bytes(16);
    if (!b.empty()) return IpAddress::v6(b.data());
  }
  return std::nullopt;
}

std::string read_name(ByteReader& in) {
  const std::size_t length = in.u8();  // of the whole sub-object
  if (length == 0) return {};
  const Bytes b = in.bytes(length - 1);
  const auto end = std::find(b.begin(), b.end(), std::uint8_t{0});
  return {b.begin(), end};
}

// RFC 5837 4.1: the low four bits of the C-type say what follows, in order.
void read_interface(std::uint8_t c_type, Bytes payload, IcmpExtension& out) {
  ByteReader in(payload);
  InterfaceInfo info;
  info.role = c_type >> 6;
  if ((c_type & 8) != 0) info.index = in.u32();
  if ((c_type & 4) != 0) info.address = read_address(in);
  if ((c_type & 2) != 0) info.name = read_name(in);
  if ((c_type & 1) != 0) info.mtu = in.u32();
  if (in.ok() && out.interfaces.size() < kMost) {
    out.interfaces.push_back(std::move(info));
  }
}

IcmpExtension read_objects(Bytes objects) {
  IcmpExtension out;
  for (std::size_t n = 0; !objects.empty() && n < kMost; ++n) {
    const std::size_t length = load_be16(objects.data());
    const Bytes payload = objects.subspan(kHeader, length - kHeader);
    if (objects[2] == kMplsClass && objects[3] == 1) {
      read_labels(payload, out);
    } else if (objects[2] == kInterfaceClass) {
      read_interface(objects[3], payload, out);
    }
    objects = objects.subspan(length);
  }
  return out;
}

}  // namespace

IcmpExtension find_extension(Bytes body, std::size_t told, std::size_t quoted) {
  if (quoted > kPadded) return {};
  for (const std::size_t at : {told, kPadded - quoted}) {
    if (at == 0 || !plausible(body, at)) continue;
    return read_objects(body.subspan(at + kHeader));
  }
  return {};
}

}  // namespace netlat
