#pragma once
// The fields of the records of netlat flowlogs.

#include "lib/report/schema_fields.h"
#include "lib/report/zone_schema.h"

namespace netlat {

constexpr SchemaField log_relation() {
  return {"zone_relation", Kind::word, "of the two zones", false,
          kRelationWords};
}
inline constexpr SchemaField kLogCost = schema::nullable(
    "cost_millionths", Kind::count,
    "what the octets cost, in millionths of the unit of --cost-per-gb; null: "
    "no price was given, or they stayed in their zone");

inline constexpr SchemaField kLogTraffic[] = {
    {"bytes", Kind::count, "as the cloud counts them, each packet once"},
    {"packets", Kind::count, "each once"},
};

inline constexpr SchemaField kLogFile[] = {
    {"source", Kind::text, "path as given"},
    schema::nullable("format", Kind::text,
                     "aws-text or json, and how it was compressed"),
    {"lines", Kind::count,
     "headers, blank, records, no_data, skip_data and refused; of JSON entries "
     "count, and of Azure flow tuples"},
    {"headers", Kind::count, "lines that name fields"},
    {"blank", Kind::count, "lines without a word"},
    {"records", Kind::count, "of traffic"},
    {"no_data", Kind::count, "windows without traffic"},
    {"skip_data", Kind::count, "windows of which the cloud lost records"},
    {"refused.field_count", Kind::count, "more or fewer fields than named"},
    {"refused.bad_value", Kind::count, "a field is not what its name says"},
    {"refused.no_value", Kind::count, "no address, packets or bytes"},
    {"refused.no_format", Kind::count, "no header says what the fields are"},
    {"refused.not_json", Kind::count, "no JSON, or of no flow log"},
    {"refused.too_long", Kind::count, "longer than any log line"},
    {"refused.cut_off", Kind::count, "the file ends within it"},
    {"mapped_addresses", Kind::count,
     "records with IPv4-mapped IPv6 addresses, which count as IPv4"},
    {"absent_values", Kind::count,
     "records with - where a value could have stood"},
    {"unknown_fields", Kind::list_of_text,
     "names that no cloud uses; at most 16"},
    {"input_truncated", Kind::flag, "the file is damaged or cut off"},
};

inline constexpr SchemaField kLogZonePair[] = {
    schema::nullable("from_zone", Kind::text,
                     "of the senders; null: not known"),
    schema::nullable("to_zone", Kind::text,
                     "of the receivers; null: not known"),
    log_relation(),
    {"bytes", Kind::count, "sent from one to the other"},
    {"packets", Kind::count, "sent from one to the other"},
    kLogCost,
};

inline constexpr SchemaField kLogTalker[] = {
    {"protocol", Kind::count, "IANA number"},
    {"client_ip", Kind::text, "the end with the higher port"},
    {"server_ip", Kind::text, "the end with the lower port"},
    {"server_port", Kind::count, "the lower port"},
    schema::nullable("client_zone", Kind::text, "null: not known"),
    schema::nullable("server_zone", Kind::text, "null: not known"),
    log_relation(),
    {"start_us", Kind::integer, "of its first window"},
    {"end_us", Kind::integer, "of its last window"},
    {"records", Kind::count, "of accepted traffic"},
    schema::object("c2s", Group::traffic, "sent by the client"),
    schema::object("s2c", Group::traffic, "sent by the server"),
    kLogCost,
    {"rejected_records", Kind::count, "by groups, ACLs or rules"},
    {"rejected_packets", Kind::count, "in these records"},
    {"lost_packets", Kind::count, "by a transit gateway"},
    {"logged_rtt.n", Kind::count, "records with a round trip: Google's"},
    schema::nullable("logged_rtt.min_ns", Kind::count,
                     "with the peer's delay of its ACK"),
    schema::nullable("logged_rtt.mean_ns", Kind::count, "of the records"),
    schema::nullable("logged_rtt.max_ns", Kind::count, "of the records"),
    schema::nullable("captured.connections", Kind::count,
                     "in captures and log; null: none"),
    schema::nullable("captured.network_rtt_p50_ns", Kind::integer,
                     "middle one of the connections' medians"),
};

inline constexpr SchemaField kLogJoined[] = {
    {"flow", Kind::count, "id of the flow record"},
    schema::nullable("community_id", Kind::text, "of the flow record"),
    {"client_ip", Kind::text, "as captured"},
    {"client_port", Kind::count, "as captured"},
    {"server_ip", Kind::text, "as captured"},
    {"server_port", Kind::count, "as captured"},
    {"start_us", Kind::integer, "first packet captured"},
    {"end_us", Kind::integer, "last packet captured"},
    schema::nullable("handshake", Kind::text, "outcome in the flow record"),
    {"network_rtt.n", Kind::count, "samples of the half that was slower"},
    schema::nullable("network_rtt.p50_ns", Kind::integer, "median"),
    schema::nullable("network_rtt.p99_ns", Kind::integer, "99th percentile"),
    {"retransmits", Kind::count, "as captured"},
    {"records", Kind::count, "of the log that are of it"},
    {"rejected_records", Kind::count, "of these"},
    schema::nullable("reject_reason", Kind::text, "as the log says"),
    schema::nullable("client_zone", Kind::text, "by log, map or flow record"),
    schema::nullable("server_zone", Kind::text, "by log, map or flow record"),
    schema::nullable("traffic_path", Kind::count, "AWS's number"),
    schema::object("c2s", Group::traffic, "logged of what the client sent"),
    schema::object("s2c", Group::traffic, "logged of what the server sent"),
    schema::nullable(
        "lost_to_server", Kind::count,
        "packets that left the client's interface and did not come to "
        "the server's; null: one of both was not logged"),
    schema::nullable("lost_to_client", Kind::count, "the other way"),
    schema::nullable(
        "coverage", Kind::real,
        "part of the packets captured that the log counts, 0 to 1"),
    schema::nullable(
        "via", Kind::text,
        "what an interface calls an end: a translator's address, or "
        "that of a host whose pods have their own"),
    schema::nullable("other_leg_ip", Kind::text,
                     "probable end beyond a translator"),
    schema::nullable("other_leg_port", Kind::count, "probable, likewise"),
    {"incomplete", Kind::flag,
     "the cloud lost records of its interfaces and time"},
};

inline constexpr SchemaField kLogSummary[] = {
    {"files", Kind::count, "read"},
    {"lines", Kind::count, "of all files, as are the next four"},
    {"records", Kind::count, "of traffic"},
    {"no_data", Kind::count, "windows without traffic"},
    {"skip_data", Kind::count,
     "windows of which the cloud lost records: sums are lower bounds"},
    {"refused", Kind::count, "lines that could not be read"},
    {"problems", Kind::count, "sentences about what went wrong"},
    schema::nullable("first_us", Kind::integer, "start of the first window"),
    schema::nullable("last_us", Kind::integer, "end of the last window"),
    schema::object("total", Group::traffic, "accepted"),
    schema::object("same_zone", Group::traffic, "within a zone"),
    schema::object("cross_zone", Group::traffic, "between zones of a region"),
    schema::object("cross_region", Group::traffic, "between regions"),
    schema::object("zone_unknown", Group::traffic,
                   "with an end in no zone that is known"),
    kLogCost,
    {"rejected_records", Kind::count, "by groups, ACLs or rules"},
    {"rejected_packets", Kind::count, "in these records"},
    {"lost_packets", Kind::count, "by transit gateways"},
    {"zone_disagreements", Kind::count,
     "ends the log has in another zone than the map"},
    {"talkers_evicted", Kind::count, "that made room for larger ones"},
    schema::nullable("records_joined", Kind::count,
                     "of connections captured; null: none was asked for"),
    {"elapsed_ns", Kind::integer, "time the run took"},
    {"exit", Kind::count, "exit status"},
};

}  // namespace netlat
