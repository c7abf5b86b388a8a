#pragma once
// The fields of the `interval` record.

#include "lib/report/schema_fields.h"
#include "lib/report/zone_schema.h"

namespace netlat {

inline constexpr SchemaField kInterval[] = {
    {"start_us", Kind::integer, "us since 1970 UTC"},
    {"end_us", Kind::integer, "us since 1970 UTC, exclusive"},
    schema::nullable("key.client_zone", Kind::text, "null: not known"),
    schema::nullable("key.server_zone", Kind::text, "null: not known"),
    schema::nullable(
        "key.server", Kind::text,
        "address:port; null: all services without a line of their own"),
    schema::optional("key.client_status", Kind::word, "of the client's zone",
                     kZoneStatusWords),
    schema::optional("key.server_status", Kind::word, "of the server's zone",
                     kZoneStatusWords),
    schema::optional("key.client_region", Kind::text, "null: not known"),
    schema::optional("key.server_region", Kind::text, "null: not known"),
    schema::optional("key.relation", Kind::word,
                     "zone of client to zone of server", kRelationWords),
    schema::object("rtt.server", Group::histogram,
                   "capture point to server and back, network only"),
    schema::object("rtt.client", Group::histogram,
                   "capture point to client and back, network only"),
    {"rtt.longer",
     Kind::group,
     "network only, of each connection the half with the longer RTT",
     false,
     {},
     Group::histogram,
     false},
    schema::object(
        "service", Group::histogram,
        "last request octet to first response octet less the network"),
    schema::object(
        "turns", Group::histogram,
        "first request octet to last response octet, known once the next "
        "request begins"),
    schema::object("handshake", Group::histogram, "first SYN to first ACK"),
    {"packets", Kind::count, "TCP packets"},
    {"bytes", Kind::count, "payload octets, each once"},
    {"segments", Kind::count, "wire segments with payload"},
    {"retransmits", Kind::count, "wire segments sent again"},
    {"lost", Kind::count, "segments lost, as far as sequence numbers show"},
    {"connects", Kind::count, "connections set up"},
    {"connect_failures", Kind::count, "refused, or given up unanswered"},
    schema::nullable(
        "kernel_drops", Kind::count,
        "packets of the interval, of any service, that the capture lost; "
        "null: the capture does not say"),
    schema::nullable("interface_drops", Kind::count,
                     "packets the devices lost; null: they do not count"),
    schema::optional("expected_rtt_ns", Kind::count,
                     "median round trip that the cloud itself publishes of "
                     "the two zones; null: the map has none"),
    schema::optional("expected_then", Kind::flag,
                     "it is of the time captured and not of another"),
    {"tainted", Kind::flag,
     "something was dropped: losses and latencies may be of "
     "the capture's making"},
};

}  // namespace netlat
