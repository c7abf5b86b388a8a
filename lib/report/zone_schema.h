#pragma once
// The fields of records about zones: `zones`, `zone`, `zone_finding` and
// `zone_address`.

#include <array>

#include "lib/report/schema_fields.h"

namespace netlat {

inline constexpr std::array<std::string_view, 4> kRelationWords = {
    "unknown", "same", "cross", "cross_region"};
inline constexpr std::array<std::string_view, 3> kZoneStatusWords = {
    "unknown", "known", "ambiguous"};
inline constexpr std::array<std::string_view, 3> kLineRoleWords = {
    "decides", "overridden", "not_valid"};
inline constexpr std::array<std::string_view, 6> kAddressClassWords = {
    "private", "loopback", "link_local", "metadata", "multicast", "internet"};
inline constexpr std::array<std::string_view, 10> kZoneFaultWords = {
    "conflict",      "overlap",  "two_regions", "name_and_id", "region_as_zone",
    "never_matches", "repeated", "host_bits",   "too_far",     "too_near"};

inline constexpr SchemaField kZoneShare[] = {
    {"connections", Kind::count, "TCP"},
    {"bytes", Kind::count, "payload octets, each once"},
    {"sent_bytes", Kind::count, "payload octets, as often as they were sent"},
};

inline constexpr SchemaField kZones[] = {
    {"maps", Kind::list_of_text, "files of the zone map"},
    {"scopes", Kind::list_of_text, "asked for; none: each scope by itself"},
    schema::object("all", Group::share, "every connection"),
    schema::object("same", Group::share, "within one zone"),
    schema::object("cross", Group::share, "between two zones of one region"),
    schema::object("cross_region", Group::share, "between two regions"),
    schema::object("undecided", Group::share,
                   "how the zones relate is not known"),
    schema::object("unknown", Group::share,
                   "with an end in no zone that is known"),
    schema::object("ambiguous", Group::share,
                   "with an end on which lines disagree"),
    {"unknown_addresses", Kind::count, "that no line with a zone holds"},
    {"ambiguous_addresses", Kind::count, "on which lines disagree"},
    {"more_addresses", Kind::flag, "there are more than were counted"},
};

inline constexpr SchemaField kZoneLine[] = {
    {"file", Kind::text, "map the line is of"},
    {"line", Kind::count, "from 1"},
    {"role", Kind::word, "what became of it", false, kLineRoleWords},
    {"prefix", Kind::text, "without bits beyond its length"},
    schema::nullable("zone", Kind::text, "null: the line names none"),
    schema::nullable("region", Kind::text, "null: the line names none"),
    schema::nullable("scope", Kind::text, "null: everywhere"),
    schema::nullable("label", Kind::text, "what is at the address"),
    schema::nullable("kind", Kind::text, "how near to the address the line is"),
    schema::nullable("source", Kind::text, "who said so"),
    schema::nullable("valid_from_us", Kind::integer, "null: always before"),
    schema::nullable("valid_to_us", Kind::integer, "null: for good"),
};

inline constexpr SchemaField kZoneAnswer[] = {
    {"address", Kind::text, "asked about"},
    {"at_us", Kind::integer, "moment asked about"},
    {"status", Kind::word, "of the answer", false, kZoneStatusWords},
    schema::nullable("zone", Kind::text, "null: not known"),
    schema::nullable("region", Kind::text, "null: not known"),
    {"class", Kind::word, "of the address by itself", false,
     kAddressClassWords},
    {"lines",
     Kind::list_of_groups,
     "of the map that hold the address, the longest prefix first",
     false,
     {},
     Group::zone_line},
};

inline constexpr SchemaField kZoneFinding[] = {
    {"fault", Kind::word, "what is wrong or doubtful", false, kZoneFaultWords},
    {"file", Kind::text, "where it shows"},
    {"line", Kind::count, "from 1"},
    schema::nullable("other_file", Kind::text, "of the line it disagrees with"),
    schema::nullable("other_line", Kind::count, "from 1"),
    {"lines", Kind::count, "that have the same fault for the same reason"},
    {"message", Kind::text, "the sentence of the text answer"},
};

inline constexpr SchemaField kZoneAddress[] = {
    {"address", Kind::text, "of an end of connections"},
    {"status", Kind::word, "unknown or ambiguous", false, kZoneStatusWords},
    {"class", Kind::word, "of the address by itself", false,
     kAddressClassWords},
    {"connections", Kind::count, "TCP"},
    {"bytes", Kind::count, "payload octets, each once"},
};

}  // namespace netlat
