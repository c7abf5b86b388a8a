// Numbers come bare or as strings, and any member may be missing: each is
// asked for with a default, and only addresses and counts are required.

#include "lib/flowlog/cloud_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "lib/flowlog/values.h"
#include "netlat/zone/utc_time.h"

namespace netlat {

namespace {

using Json = nlohmann::json;

const Json& member(const Json& object, const char* name) {
  static const Json none;
  if (!object.is_object()) return none;
  const auto found = object.find(name);
  return found == object.end() ? none : *found;
}

std::string text_of(const Json& value) {
  const auto* const text = value.get_ptr<const Json::string_t*>();
  return text == nullptr ? std::string() : *text;
}

std::optional<std::uint64_t> count_of(const Json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  return read_number<std::uint64_t>(text_of(value));
}

template <class T>
T small_of(const Json& value) {
  const auto count = count_of(value);
  return count && *count <= std::numeric_limits<T>::max()
             ? static_cast<T>(*count)
             : T{0};
}

std::optional<Nanos> milliseconds_of(const Json& value) {
  constexpr double kMost = 1e9;
  double ms = -1;
  if (value.is_number()) {
    ms = value.get<double>();
  } else if (const auto count = count_of(value)) {
    ms = static_cast<double>(*count);
  }
  if (!(ms >= 0 && ms < kMost)) return std::nullopt;
  return Nanos(std::llround(ms * 1e6));
}

// --- Google: one flow as one side reports it -------------------------------

CloudRecord read_google(const Json& payload) {
  CloudRecord entry;
  LogRecord& r = entry.sent.record;
  r.provider = LogProvider::gcp;
  const Json& connection = member(payload, "connection");
  const auto src = read_address(text_of(member(connection, "src_ip")));
  const auto dst = read_address(text_of(member(connection, "dest_ip")));
  const auto bytes = count_of(member(payload, "bytes_sent"));
  const auto packets = count_of(member(payload, "packets_sent"));
  const auto start = parse_utc_time(text_of(member(payload, "start_time")));
  const auto end = parse_utc_time(text_of(member(payload, "end_time")));
  if (!src || !dst) entry.fault = "src_ip or dest_ip is no address";
  if (!bytes || !packets) entry.fault = "bytes_sent or packets_sent is missing";
  if (!start || !end) entry.fault = "start_time or end_time is no time";
  if (!entry.fault.empty()) return entry;
  r.src = r.logged_src = *src;
  r.dst = r.logged_dst = *dst;
  r.src_port = small_of<Port>(member(connection, "src_port"));
  r.dst_port = small_of<Port>(member(connection, "dest_port"));
  r.protocol = small_of<std::uint8_t>(member(connection, "protocol"));
  r.bytes = *bytes;
  r.packets = *packets;
  r.start = *start;
  r.end = *end;
  r.action = LogAction::accept;  // what a firewall drops is logged elsewhere
  r.rtt = milliseconds_of(
      member(member(payload, "round_trip_time"), "median_msec"));
  if (!r.rtt) r.rtt = milliseconds_of(member(payload, "rtt_msec"));
  entry.sent.interface = text_of(member(payload, "reporter"));
  if (entry.sent.interface.starts_with("SRC")) {
    r.direction = LogDirection::egress;
  } else if (entry.sent.interface.starts_with("DEST")) {
    r.direction = LogDirection::ingress;
  }
  entry.sent.src_zone =
      text_of(member(member(payload, "src_instance"), "zone"));
  entry.sent.dst_zone =
      text_of(member(member(payload, "dest_instance"), "zone"));
  return entry;
}

// --- Azure: a tuple has what was sent and what came back -------------------

// timestamp,src,dst,sport,dport,proto,dir,state,encryption,packets and bytes
// sent, packets and bytes received.
constexpr std::size_t kTupleFields = 13;

// Version 4 writes milliseconds, examples of older ones seconds; this many
// seconds are in the year 5138, this many milliseconds in 1973.
constexpr std::uint64_t kLeastMilliseconds = 100'000'000'000;

std::optional<Stamp> azure_time(std::string_view text) {
  const auto number = read_number<std::uint64_t>(text);
  if (!number) return std::nullopt;
  if (*number < kLeastMilliseconds) return stamp_of_seconds(*number);
  if (!stamp_of_seconds(*number / 1000)) return std::nullopt;
  return stamp_ns(static_cast<std::int64_t>(*number) * 1'000'000);
}

std::vector<std::string_view> fields_of(std::string_view tuple) {
  std::vector<std::string_view> fields;
  for (;;) {
    const auto comma = tuple.find(',');
    fields.push_back(tuple.substr(0, comma));
    if (comma == tuple.npos || fields.size() > kTupleFields) return fields;
    tuple.remove_prefix(comma + 1);
  }
}

// Nothing is written for nothing.
std::optional<std::uint64_t> counter(std::string_view text) {
  return text.empty() ? std::optional<std::uint64_t>(0)
                      : read_number<std::uint64_t>(text);
}

std::optional<std::uint8_t> azure_protocol(std::string_view text) {
  constexpr std::uint8_t kTcp = 6, kUdp = 17;
  if (text == "T") return kTcp;
  if (text == "U") return kUdp;
  return read_number<std::uint8_t>(text);
}

// The traffic that answers `sent`.
OwnedRecord answer_to(const OwnedRecord& sent, std::uint64_t packets,
                      std::uint64_t bytes) {
  OwnedRecord answer = sent;
  LogRecord& r = answer.record;
  std::swap(r.src, r.dst);
  std::swap(r.src_port, r.dst_port);
  r.logged_src = r.src;
  r.logged_dst = r.dst;
  r.direction = r.direction == LogDirection::egress ? LogDirection::ingress
                                                    : LogDirection::egress;
  r.packets = packets;
  r.bytes = bytes;
  return answer;
}

CloudRecord read_tuple(std::string_view tuple, const std::string& mac,
                       const std::string& rule) {
  CloudRecord entry;
  const auto f = fields_of(tuple);
  if (f.size() != kTupleFields) {
    entry.fault = "a flow tuple has not 13 fields";
    return entry;
  }
  const auto time = azure_time(f[0]);
  const auto src = read_address(f[1]);
  const auto dst = read_address(f[2]);
  const auto src_port = read_number<Port>(f[3]);
  const auto dst_port = read_number<Port>(f[4]);
  const auto protocol = azure_protocol(f[5]);
  const auto packets_sent = counter(f[9]), bytes_sent = counter(f[10]);
  const auto packets_back = counter(f[11]), bytes_back = counter(f[12]);
  const bool known = (f[6] == "I" || f[6] == "O") && f[7].size() == 1 &&
                     std::string_view("BCED").find(f[7]) != f[7].npos;
  if (!time || !src || !dst || !src_port || !dst_port || !protocol || !known ||
      !packets_sent || !bytes_sent || !packets_back || !bytes_back) {
    entry.fault = "a field of a flow tuple is not what it should be";
    return entry;
  }
  LogRecord& r = entry.sent.record;
  r.provider = LogProvider::azure;
  r.src = r.logged_src = *src;
  r.dst = r.logged_dst = *dst;
  r.src_port = *src_port;
  r.dst_port = *dst_port;
  r.protocol = *protocol;
  r.start = r.end = *time;
  r.packets = *packets_sent;
  r.bytes = *bytes_sent;
  r.direction = f[6] == "O" ? LogDirection::egress : LogDirection::ingress;
  r.action = f[7] == "D" ? LogAction::reject : LogAction::accept;
  entry.sent.interface = mac;
  if (f[7] == "D") entry.sent.reject_reason = rule;
  if (*packets_back > 0 || *bytes_back > 0) {
    entry.received = answer_to(entry.sent, *packets_back, *bytes_back);
  }
  return entry;
}

std::vector<CloudRecord> read_azure(const Json& entry) {
  std::vector<CloudRecord> found;
  const std::string mac = text_of(member(entry, "macAddress"));
  for (const Json& flow : member(member(entry, "flowRecords"), "flows")) {
    for (const Json& group : member(flow, "flowGroups")) {
      const std::string rule = text_of(member(group, "rule"));
      for (const Json& tuple : member(group, "flowTuples")) {
        found.push_back(read_tuple(text_of(tuple), mac, rule));
      }
    }
  }
  return found;
}

}  // namespace

CloudEntry read_cloud_entry(std::string_view text) {
  const Json entry = Json::parse(text.begin(), text.end(), nullptr, false);
  if (entry.is_discarded()) return std::string("not JSON");
  if (member(entry, "message").is_string()) {
    return WrappedLine{text_of(member(entry, "message"))};
  }
  const Json& payload = member(entry, "jsonPayload");
  if (member(payload, "connection").is_object()) {
    return std::vector<CloudRecord>{read_google(payload)};
  }
  if (member(entry, "flowRecords").is_object()) return read_azure(entry);
  return std::string(
      "no entry of a flow log: it has no message, jsonPayload.connection or "
      "flowRecords");
}

}  // namespace netlat
