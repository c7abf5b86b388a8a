#pragma once
// The fields of the `zones` record.

#include "lib/report/schema_tables.h"

namespace netlat {

inline constexpr SchemaField kZoneShare[] = {
    {"connections", Kind::count, "TCP"},
    {"bytes", Kind::count, "payload octets, each once"},
    {"sent_bytes", Kind::count, "payload octets, as often as they were sent"},
};

constexpr SchemaField zone_share(std::string_view path,
                                 std::string_view about) {
  return {path, Kind::group, about, false, {}, Group::share};
}

inline constexpr SchemaField kZones[] = {
    {"maps", Kind::list_of_text, "files of the zone map"},
    {"scopes", Kind::list_of_text, "asked for; none: each scope by itself"},
    zone_share("all", "every connection"),
    zone_share("same", "within one zone"),
    zone_share("cross", "between two zones of one region"),
    zone_share("cross_region", "between two regions"),
    zone_share("undecided", "how the zones relate is not known"),
    zone_share("unknown", "with an end in no zone that is known"),
    zone_share("ambiguous", "with an end on which lines disagree"),
    {"unknown_addresses", Kind::count, "that no line with a zone holds"},
    {"ambiguous_addresses", Kind::count, "on which lines disagree"},
    {"more_addresses", Kind::flag, "there are more than were counted"},
};

}  // namespace netlat
