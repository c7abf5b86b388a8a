#include "lib/probe/flow_segment.h"

#include "lib/probe/probe_payload.h"
#include "lib/probe/quote.h"

namespace netlat {

namespace {

constexpr std::size_t kHeader = 20, kStamps = 12;
constexpr std::uint8_t kReset = 0x04, kAck = 0x10, kMeaningful = 0x3f;
constexpr std::uint8_t kEnd = 0, kNothing = 1, kSack = 5, kTimestamps = 8;
constexpr std::uint8_t kTimestampsLength = 10;

// What has come since may have newer time stamps, and who thinks a segment
// older than those may drop it without a word (RFC 7323, 5.3); of a segment
// that is not taken the time stamp is forgotten.  Hours, or seconds where a
// host counts microseconds.
constexpr std::uint32_t kAhead = 1u << 24;

void store16(std::uint8_t* p, std::uint16_t value) {
  p[0] = static_cast<std::uint8_t>(value >> 8);
  p[1] = static_cast<std::uint8_t>(value);
}

void store32(std::uint8_t* p, std::uint32_t value) {
  store16(p, static_cast<std::uint16_t>(value >> 16));
  store16(p + 2, static_cast<std::uint16_t>(value));
}

// False if they are broken.
bool read_options(Bytes options, PeerSegment& out) {
  while (!options.empty() && options[0] != kEnd) {
    if (options[0] == kNothing) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options[1] < 2 || options[1] > options.size()) {
      return false;
    }
    if (options[0] == kSack) out.bare = false;
    if (options[0] == kTimestamps && options[1] == kTimestampsLength) {
      out.stamped = true;
      out.stamp = load_be32(&options[2]);
      out.echoed_stamp = load_be32(&options[6]);
    }
    options = options.subspan(options[1]);
  }
  return true;
}

}  // namespace

std::optional<PeerSegment> read_peer_segment(Bytes segment) {
  if (segment.size() < kHeader) return std::nullopt;
  const std::size_t length = (segment[12] >> 4) * std::size_t{4};
  if (length < kHeader || length > segment.size()) return std::nullopt;
  PeerSegment out;
  out.from = load_be16(&segment[0]);
  out.to = load_be16(&segment[2]);
  out.sequence = load_be32(&segment[4]);
  out.acknowledged = load_be32(&segment[8]);
  out.window = load_be16(&segment[14]);
  out.reset = (segment[13] & kReset) != 0;
  out.bare = (segment[13] & kMeaningful) == kAck && segment.size() == length;
  if (!read_options(segment.first(length).subspan(kHeader), out)) {
    return std::nullopt;
  }
  return out;
}

std::vector<std::uint8_t> make_flow_segment(const FlowSegment& from) {
  const bool stamped = from.stamps_of && from.stamps_of->stamped;
  std::vector<std::uint8_t> out(kHeader + (stamped ? kStamps : 0));
  store16(&out[0], from.source_port);
  store16(&out[2], from.port);
  store32(&out[4], from.sequence);
  store32(&out[8], from.acknowledgement);
  out[12] = static_cast<std::uint8_t>(out.size() / 4 << 4);
  out[13] = kAck;
  store16(&out[14], from.window);
  if (stamped) {
    out[20] = out[21] = kNothing;
    out[22] = kTimestamps;
    out[23] = kTimestampsLength;
    store32(&out[24], from.stamps_of->echoed_stamp + kAhead);
    store32(&out[28], from.stamps_of->stamp);
  }
  const auto sum = read_quoted_segment(out)->segment;
  store16(&out[16], segment_checksum(from.source, from.target, *sum).whole);
  return out;
}

}  // namespace netlat
