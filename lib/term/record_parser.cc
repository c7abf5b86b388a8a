#include "netlat/term/record_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "lib/term/json_fields.h"
#include "lib/term/notice_parser.h"
#include "netlat/base/safe_text.h"
#include "netlat/measure/vocabulary.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

using Element = simdjson::dom::element;

PackedHistogram histogram(const JsonFields& object, std::string_view key) {
  const auto h = member(object, key);
  if (!h) return {};
  SampleTotals totals;
  totals.n = count(*h, "n");
  if (totals.n == 0) return {};
  totals.sum = duration(*h, "sum_ns").value_or(Nanos{0});
  totals.min = duration(*h, "min_ns").value_or(Nanos{0});
  totals.max = duration(*h, "max_ns").value_or(Nanos{0});
  DenseBuckets buckets;
  buckets.scale = static_cast<int>(
      std::clamp<std::int64_t>(integer(*h, "scale").value_or(-1), -1, 99));
  buckets.offset = static_cast<std::int32_t>(std::clamp<std::int64_t>(
      integer(*h, "offset").value_or(0), -100'000, 100'000));
  simdjson::dom::array counts;
  if (h->get("counts", counts)) {
    for (const Element one : counts) {
      std::uint64_t value = 0;
      if (one.get(value) != simdjson::SUCCESS) return {};
      buckets.counts.push_back(value);
    }
  }
  return {totals, buckets};
}

Record interval_of(const JsonFields& o) {
  IntervalRecord r;
  const auto start = time(o, "start_us"), end = time(o, "end_us");
  const auto key = member(o, "key");
  if (!start || !end || *end <= *start || !key) return {};
  r.start = *start;
  r.end = *end;
  r.client_zone = text(*key, "client_zone");
  r.server_zone = text(*key, "server_zone");
  r.server = text(*key, "server");
  if (const auto rtt = member(o, "rtt")) {
    r.server_rtt = histogram(*rtt, "server");
    r.client_rtt = histogram(*rtt, "client");
    r.whole_run = rtt->find("longer").has_value();
  }
  r.service = histogram(o, "service");
  r.counts = {
      count(o, "packets"),         count(o, "bytes"), count(o, "segments"),
      count(o, "retransmits"),     count(o, "lost"),  count(o, "connects"),
      count(o, "connect_failures")};
  r.dropped = count(o, "kernel_drops") + count(o, "interface_drops");
  r.tainted = flag(o, "tainted");
  return r;
}

FlowDirection direction(const JsonFields& object, std::string_view key) {
  FlowDirection d;
  const auto o = member(object, key);
  if (!o) return d;
  d.packets = count(*o, "packets");
  d.bytes = count(*o, "bytes");
  d.segments = small_count(*o, "segments");
  if (const auto again = member(*o, "retransmits")) {
    d.retransmits = small_count(*again, "total");
    for (std::size_t cause = 0; cause < kRetransmitCauses; ++cause) {
      d.by_cause[cause] =
          small_count(*again, Words<RetransmitCause>::list[cause]);
    }
  }
  if (const auto needed = member(*o, "necessary")) {
    d.spurious = small_count(*needed, "proven_spurious");
  }
  d.reordered = small_count(*o, "reordered");
  d.zero_windows = small_count(*o, "zero_windows");
  d.zero_window = duration(*o, "zero_window_ns").value_or(Nanos{0});
  d.dup_acks = small_count(*o, "dup_acks");
  d.lost_upstream = small_count(*o, "lost_upstream");
  d.lost_downstream = small_count(*o, "lost_downstream");
  d.capture_gap_bytes = count(*o, "capture_gap_bytes");
  d.stall = duration(*o, "stall_ns").value_or(Nanos{0});
  d.max_in_flight = small_count(*o, "max_in_flight");
  if (const auto mss = integer(*o, "mss"); mss && *mss > 0 && *mss < 65536) {
    d.mss = static_cast<std::uint16_t>(*mss);
  }
  return d;
}

std::optional<IpAddress> address(const JsonFields& object,
                                 std::string_view key) {
  std::string_view value;
  if (!object.get(key, value)) return std::nullopt;
  return IpAddress::parse(value);
}

// The two halves of "rtt", each without and with delays of ACKs.
void read_rtt(const JsonFields& o, FlowRow& f) {
  const auto rtt = member(o, "rtt");
  if (!rtt) return;
  if (const auto server = member(*rtt, "server")) {
    f.server_rtt = quantiles(*server, "network");
    f.server_ack = quantiles(*server, "ack");
  }
  if (const auto client = member(*rtt, "client")) {
    f.client_rtt = quantiles(*client, "network");
    f.client_ack = quantiles(*client, "ack");
  }
}

Record flow_of(const JsonFields& o) {
  FlowRow f;
  f.id = count(o, "id");
  f.proto = one_of(o, "proto", Transport::tcp);
  const auto client = address(o, "client_ip");
  f.client_port = static_cast<Port>(count(o, "client_port"));
  const auto server = address(o, "server_ip");
  f.server_port = static_cast<Port>(count(o, "server_port"));
  f.client_zone = text(o, "client_zone");
  f.server_zone = text(o, "server_zone");
  const auto start = time(o, "start_us"), end = time(o, "end_us");
  if (!client || !server || !start || !end) return {};
  f.client = *client;
  f.server = *server;
  f.start_time = *start;
  f.end_time = *end;
  f.start = one_of(o, "start", FlowStart::midstream);
  f.end = one_of(o, "end", FlowEnd::open);
  f.one_sided = flag(o, "one_sided");
  if (const auto shake = member(o, "handshake")) {
    f.outcome = one_of(*shake, "outcome", HandshakeOutcome::none);
    f.connect = duration(*shake, "connect_ns");
    f.syn_retransmits = small_count(*shake, "syn_retransmits");
    f.synack_retransmits = small_count(*shake, "synack_retransmits");
  }
  read_rtt(o, f);
  f.c2s = direction(o, "c2s");
  f.s2c = direction(o, "s2c");
  if (const auto turns = member(o, "turns")) {
    f.turns = count(*turns, "n");
    f.service = quantiles(*turns, "service");
    f.elapsed = quantiles(*turns, "elapsed");
  }
  if (const auto tls = member(o, "tls")) f.sni = text(*tls, "sni");
  return f;
}

Record capture_of(const JsonFields& o) {
  return CaptureInfo{text(o, "source"), count(o, "packets"),
                     time(o, "first_us"), time(o, "last_us")};
}

Record hop_of(const JsonFields& o) {
  HopLine h;
  h.ttl = small_count(o, "ttl");
  h.address = text(o, "address");
  h.name = text(o, "name");
  h.zone = text(o, "zone");
  h.verdict = text(o, "verdict");
  h.sent = count(o, "sent");
  h.answered = count(o, "answered");
  h.rtt = quantiles(o, "rtt");
  h.adds = duration(o, "adds_ns");
  return h;
}

// "network p99 < 2ms": what is written before the alert's own numbers.
Record alert_of(const JsonFields& o) {
  const auto at = time(o, "time_us");
  if (!at) return {};
  AlertRecord alert;
  alert.time = *at;
  alert.where = text(o, "objective");
  alert.broken = text(o, "verdict") == "broken";
  const std::uint64_t bad = count(o, "bad"), events = count(o, "events");
  const auto value = duration(o, "value_ns");
  alert.what =
      fmt::format("{}{}", alert.broken ? "broken" : "kept again",
                  value ? ", at " + duration_text(*value) + " lately" : "");
  const auto window = duration(o, "window_ns").value_or(Nanos{0});
  alert.evidence = {fmt::format("{} of {} events of {} were bad",
                                count_text(bad), count_text(events),
                                duration_text(window))};
  double burn = 0;
  if (o.get("burn", burn)) {
    alert.evidence.push_back(
        fmt::format("the budget burns {:.1f} times as fast as allowed", burn));
  }
  return alert;
}

Record segment_of(const JsonFields& o) {
  SegmentRow s;
  const auto at = time(o, "time_us");
  if (!at) return {};
  s.time = *at;
  s.flow = count(o, "flow");
  s.dir = one_of(o, "dir", Dir::c2s);
  s.length = small_count(o, "len");
  s.what = one_of(o, "class", SegmentClass::pure_ack);
  if (!text(o, "cause").empty()) {
    s.cause = one_of(o, "cause", RetransmitCause::unknown);
  }
  const std::string flags = text(o, "flags");
  s.closes_window = integer(o, "window") == 0 &&
                    flags.find_first_of("SR") == std::string::npos;
  if (flag(o, "rtt_network")) s.rtt = duration(o, "rtt_ns");
  s.service = duration(o, "service_ns");
  s.elapsed = duration(o, "elapsed_ns");
  return s;
}

Record recording_of(const JsonFields& o) {
  const auto at = time(o, "time_us");
  if (!at) return {};
  return RecordingNote{*at, text(o, "file"), text(o, "problem")};
}

Record problem_of(const JsonFields& o) {
  return ProblemRecord{text(o, "message")};
}

Record end_of(const JsonFields& o) {
  return EndRecord{count(o, "packets"), count(o, "flows")};
}

struct Kind {
  std::string_view type;
  Record (*read)(const JsonFields&);
};
constexpr Kind kKinds[] = {
    {"interval", interval_of},
    {"flow", flow_of},
    {"hop", hop_of},
    {"alert", alert_of},
    {"capture", capture_of},
    {"problem", problem_of},
    {"summary", end_of},
    {"segment", segment_of},
    {"finding", finding_of},
    {"event", event_of},
    {"recording", recording_of},
};

}  // namespace

struct RecordParser::State {
  simdjson::dom::parser parser;
};

RecordParser::RecordParser() : state_(std::make_unique<State>()) {}
RecordParser::~RecordParser() = default;
RecordParser::RecordParser(RecordParser&&) noexcept = default;
RecordParser& RecordParser::operator=(RecordParser&&) noexcept = default;

Result<Record> RecordParser::parse(std::string_view line) {
  Element json;
  const auto code = state_->parser.parse(line.data(), line.size()).get(json);
  if (code != simdjson::SUCCESS) {
    return Error{fmt::format("no JSON: {}", simdjson::error_message(code))};
  }
  simdjson::dom::object found;
  std::string_view type;
  if (json.get(found) != simdjson::SUCCESS ||
      !JsonFields(found).get("type", type)) {
    return Error{"JSON, but no record of netlat: it has no \"type\""};
  }
  for (const Kind& kind : kKinds) {
    if (kind.type == type) return kind.read(JsonFields(found));
  }
  return Record{};
}

}  // namespace netlat
