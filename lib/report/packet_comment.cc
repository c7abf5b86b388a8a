#include "netlat/report/packet_comment.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "netlat/measure/vocabulary.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

std::uint32_t microseconds(Nanos value) {
  const auto us =
      std::chrono::duration_cast<std::chrono::microseconds>(value).count();
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(us, 0, kMost));
}

// Nothing of what is as it should be.
const char* remark(SegmentClass what) {
  switch (what) {
    case SegmentClass::retransmission:
      return "retransmission";
    case SegmentClass::late_fill:
      return "retransmission of octets lost before this point";
    case SegmentClass::reordered:
      return "overtaken on the way";
    case SegmentClass::reordered_late_original:
      return "the original, later than its retransmission";
    case SegmentClass::network_duplicate:
      return "delivered twice";
    case SegmentClass::capture_duplicate:
      return "captured twice";
    case SegmentClass::keepalive:
      return "keep-alive";
    case SegmentClass::zero_window_probe:
      return "probe of a closed window";
    case SegmentClass::reset:
      return "reset";
    case SegmentClass::new_data:
    case SegmentClass::pure_ack:
    case SegmentClass::handshake:
      break;
  }
  return nullptr;
}

std::string loss(const PacketVerdict& v) {
  if (v.place == LossPlace::none) return {};
  return fmt::format(", lost {} this point{}",
                     v.place == LossPlace::upstream ? "before" : "after",
                     v.confidence == Confidence::none
                         ? std::string()
                         : fmt::format(" ({})", word(v.confidence)));
}

bool over(std::uint32_t us, Nanos limit) {
  return us > 0 && std::chrono::microseconds(us) > limit;
}

std::string time_remark(const char* what, std::uint32_t us, Nanos limit) {
  return fmt::format("; {} {} ms, over {} ms", what,
                     ms_text(std::chrono::microseconds(us)), ms_text(limit));
}

}  // namespace

PacketVerdict packet_verdict(const Segment& s, const SegmentFacts& facts) {
  PacketVerdict v;
  v.segment_class = facts.segment_class;
  v.has_cause = facts.has_cause;
  v.cause = facts.cause;
  v.place = facts.place;
  v.confidence = facts.confidence;
  v.of_connection = facts.connection != SegmentFacts::kNoConnection;
  v.flow_id = facts.flow_id;
  v.zero_window = s.tcp.window == 0 && (s.tcp.flags & (kSyn | kRst)) == 0;
  for (std::uint8_t i = 0; i < facts.rtt_count; ++i) {
    if (!facts.rtt[i].network) continue;
    const std::uint32_t us = microseconds(facts.rtt[i].rtt);
    if (us <= v.rtt_us) continue;
    v.rtt_us = us;
    v.server_half = facts.rtt[i].half == Dir::c2s;
  }
  if (facts.has_service) v.service_us = microseconds(facts.turn);
  return v;
}

std::string packet_comment(const PacketVerdict& v,
                           const CommentLimits& limits) {
  std::string said;
  if (const char* what = remark(v.segment_class)) {
    said += fmt::format("; {}", what);
    if (v.has_cause) said += fmt::format(" ({})", word(v.cause));
    said += loss(v);
  }
  if (v.zero_window) said += "; zero window";
  if (over(v.rtt_us, limits.rtt)) {
    said += time_remark(
        v.server_half ? "round trip to the server" : "round trip to the client",
        v.rtt_us, limits.rtt);
  }
  if (over(v.service_us, limits.service)) {
    said += time_remark("service time", v.service_us, limits.service);
  }
  if (said.empty()) return {};
  said.erase(0, 2);
  if (!v.of_connection) return "netlat: " + said;
  return fmt::format("netlat: flow {}: {}", v.flow_id, said);
}

}  // namespace netlat
