#pragma once
// The fields of `alert`, `recording` and `lost` records.

#include <array>

#include "lib/report/schema_fields.h"

namespace netlat {

inline constexpr std::array<std::string_view, 3> kObjectiveVerdicts = {
    "insufficient", "kept", "broken"};
inline constexpr std::array<std::string_view, 7> kObjectiveQuantities = {
    "service", "network",     "turns",   "handshake",
    "loss",    "retransmits", "failures"};
inline constexpr SchemaField kAlert[] = {
    {"time_us", Kind::integer,
     "end of the interval that decided, us since 1970 UTC"},
    {"objective", Kind::text, "as it was written"},
    {"verdict", Kind::word, "broken, or what it is now instead", false,
     kObjectiveVerdicts},
    {"quantity", Kind::word, "what is measured", false, kObjectiveQuantities},
    schema::nullable(
        "value_ns", Kind::integer,
        "that percentile over the last ten intervals; null: no time, or "
        "too few samples"),
    schema::nullable("limit_ns", Kind::integer,
                     "null: the objective is no time"),
    {"budget", Kind::real, "share of events that may be bad"},
    {"window_ns", Kind::integer, "the longer of its two windows"},
    {"bad", Kind::count, "bad events in that window"},
    {"events", Kind::count, "events in that window"},
    schema::nullable("burn", Kind::real,
                     "bad share of the window over the budget"),
    schema::nullable("burn_lately", Kind::real,
                     "the same of a twelfth of the window"),
    {"times_broken", Kind::count, "since the capture began"},
    schema::nullable("since_us", Kind::integer,
                     "since when broken, us since 1970 UTC"),
};

inline constexpr SchemaField kRecording[] = {
    {"time_us", Kind::integer, "when it was over, us since 1970 UTC"},
    schema::nullable("file", Kind::text, "path of the pcapng; null: none"),
    schema::nullable("problem", Kind::text,
                     "why there is none; null: there is one"),
};

inline constexpr SchemaField kLost[] = {
    {"time_us", Kind::integer, "when it was noticed, us since 1970 UTC"},
    {"where", Kind::text, "the way out that was too slow or full"},
    {"records", Kind::count, "lines that should have stood here"},
};

}  // namespace netlat
