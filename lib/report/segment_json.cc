#include "netlat/report/segment_json.h"

#include <string_view>

#include "netlat/measure/vocabulary.h"

namespace netlat {

namespace {

struct FlagLetters {
  char text[8];
  std::size_t size = 0;
  std::string_view view() const { return {text, size}; }
};

// Letters as tcpdump has them, lowest bit first; A for ACK as Wireshark does.
FlagLetters flag_letters(std::uint8_t flags) {
  constexpr char kLetters[] = "FSRPAUEC";
  FlagLetters out;
  for (unsigned bit = 0; bit < 8; ++bit) {
    if ((flags >> bit & 1) != 0) out.text[out.size++] = kLetters[bit];
  }
  return out;
}

const RttSample* shown_sample(const SegmentFacts& f) {
  if (f.rtt_count == 0) return nullptr;
  const bool second = f.rtt_count > 1 && !f.rtt[0].network && f.rtt[1].network;
  return &f.rtt[second ? 1 : 0];
}

void retransmission(JsonWriter& json, const SegmentFacts& f) {
  if (f.has_cause) {
    json.plain("cause", word(f.cause));
  } else {
    json.null("cause");
  }
  if (f.place != LossPlace::none) {
    json.plain("where", word(f.place));
  } else {
    json.null("where");
  }
  if (f.has_cause) {
    json.plain("necessary", word(f.necessity));
  } else {
    json.null("necessary");
  }
  if (f.confidence != Confidence::none) {
    json.plain("confidence", word(f.confidence));
  } else {
    json.null("confidence");
  }
}

void round_trip(JsonWriter& json, const SegmentFacts& f) {
  const RttSample* sample = shown_sample(f);
  if (sample == nullptr) {
    json.null("acks_frame");
    json.null("rtt_ns");
    json.null("rtt_class");
    json.null("rtt_network");
    return;
  }
  json.field("acks_frame", sample->acks_frame);
  json.field("rtt_ns", sample->rtt.count());
  json.plain("rtt_class", word(sample->rtt_class));
  json.field("rtt_network", sample->network);
}

void turn(JsonWriter& json, const SegmentFacts& f) {
  if (f.has_service) {
    json.field("service_ns", f.turn.count());
  } else {
    json.null("service_ns");
  }
  if (f.has_elapsed) {
    json.field("elapsed_ns", f.turn.count());
  } else {
    json.null("elapsed_ns");
  }
}

}  // namespace

std::string_view segment_line(JsonWriter& json, const SegmentRecord& segment) {
  const SegmentFacts& f = segment.facts;
  json.begin("segment");
  json.field("frame", segment.frame);
  json.field("time_us", to_us(segment.time));
  json.field("flow", segment.flow);
  json.plain("dir", word(f.dir));
  json.field("seq", f.relative_seq);
  json.field("len", segment.length);
  json.field("ack", f.relative_ack);
  json.plain("flags", flag_letters(segment.flags).view());
  json.field("window", segment.window);
  json.plain("class", word(f.segment_class));
  retransmission(json, f);
  round_trip(json, f);
  turn(json, f);
  return json.finish();
}

}  // namespace netlat
