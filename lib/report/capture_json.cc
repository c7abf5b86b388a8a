#include "netlat/report/capture_json.h"

#include "lib/report/json_values.h"

namespace netlat {

namespace {

std::optional<std::int64_t> microseconds(const std::optional<Stamp>& time) {
  if (!time) return std::nullopt;
  return to_us(*time);
}

void interfaces(JsonWriter& json, const std::vector<InterfaceRecord>& list) {
  json.open_array("interfaces");
  for (const InterfaceRecord& i : list) {
    json.open_object();
    json.field("id", i.id);
    put_text(json, "name", i.name);
    json.field("linktype", i.link_type);
    json.field("snaplen", i.snaplen);
    json.close_object();
  }
  json.close_array();
}

}  // namespace

std::string_view capture_line(JsonWriter& json, const CaptureRecord& capture) {
  const PacketAccount& a = capture.account;
  json.begin("capture");
  json.text("source", capture.source);
  json.plain("format", capture.format);
  interfaces(json, capture.interfaces);
  json.field("packets", capture.packets);
  json.field("bytes", capture.bytes);
  json.field("first_us", microseconds(capture.first));
  json.field("last_us", microseconds(capture.last));
  put_duration(json, "gap_before_ns", capture.gap_before);
  put_duration(json, "overlap_ns", capture.overlap);
  json.field("tcp", a.tcp);
  json.field("udp", a.udp);
  json.field("icmp", a.icmp);
  json.field("other", a.other);
  json.open_object("undecoded");
  json.field("truncated", a.truncated);
  json.field("malformed", a.malformed);
  json.field("too_deep", a.too_deep);
  json.field("unsupported_link", a.unsupported_link);
  json.close_object();
  json.field("filtered", a.filtered);
  json.field("duplicates", a.duplicates);
  json.field("clock_backsteps", capture.clock_backsteps);
  json.field("untimed", capture.untimed);
  json.field("kernel_drops", capture.kernel_drops);
  json.field("interface_drops", capture.interface_drops);
  json.field("input_truncated", capture.input_truncated);
  return json.finish();
}

}  // namespace netlat
