#pragma once
// The TCP header and its options (RFC 9293 3.1, 2018, 7323).

#include "lib/packet/cursor.h"

namespace netlat {

/// Reads the options that were captured; sets the fields of `out` that come
/// from options, `options_cut` excepted.
void read_tcp_options(Bytes options, TcpFields& out) noexcept;

inline void read_timestamps(const std::uint8_t* values,
                            TcpFields& out) noexcept {
  const std::uint64_t both = load_be64(values);
  out.tsval = static_cast<std::uint32_t>(both >> 32);
  out.tsecr = static_cast<std::uint32_t>(both);
  out.has_timestamps = true;
}

inline void clear_options(TcpFields& out) noexcept {
  out.tsval = out.tsecr = 0;
  out.mss = 0;
  out.window_scale = 0;
  out.sack_count = 0;
  out.has_timestamps = false;
  out.has_window_scale = false;
  out.sack_permitted = false;
  out.options_bad = false;
}

/// Inline because it ends the decoding of nearly every packet.
[[gnu::always_inline]] inline Layer tcp_layer(Cursor& c,
                                              Segment& out) noexcept {
  constexpr std::size_t kHeader = 20;
  if (!c.has(kHeader)) [[unlikely]]
    return c.stop_short(kHeader);
  const std::uint8_t* p = c.here();
  const std::size_t header = (std::size_t{p[12]} >> 4) * 4;  // told in words
  const std::size_t segment = c.declared();
  if (header < kHeader) [[unlikely]]
    return c.stop(Verdict::malformed);
  if (header > segment) [[unlikely]]
    return c.stop(c.contradiction());
  const std::size_t captured = c.captured();
  const std::size_t present = std::min(captured, header);

  TcpFields& t = out.tcp;
  out.transport = Transport::tcp;
  const std::uint32_t ports = load_be32(p);
  out.source_port = static_cast<Port>(ports >> 16);
  out.destination_port = static_cast<Port>(ports);
  out.payload_length = static_cast<std::uint32_t>(segment - header);
  out.payload = {p + present, captured - present};
  const std::uint64_t numbers = load_be64(p + 4);
  t.seq = {static_cast<std::uint32_t>(numbers >> 32)};
  t.ack = {static_cast<std::uint32_t>(numbers)};
  t.window = load_be16(p + 14);
  t.flags = p[13];
  t.options_cut = present < header;
  clear_options(t);

  // Established connections send no-op, no-op, timestamps and nothing else
  // (RFC 7323 appendix A).
  constexpr std::uint32_t kAlignedTimestamps = 0x0101080a;
  const std::size_t options = present - kHeader;
  if (options == 12 && load_be32(p + kHeader) == kAlignedTimestamps) {
    read_timestamps(p + kHeader + 4, t);
  } else if (options != 0) [[unlikely]] {
    read_tcp_options({p + kHeader, options}, t);
  }
  return c.stop(Verdict::tcp);
}

}  // namespace netlat
