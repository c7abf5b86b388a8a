#pragma once
// What each record holds, as rows: path, kind, meaning.

#include <span>
#include <string_view>

namespace netlat {

enum class Kind : unsigned char {
  count,    ///< integer from 0 on
  integer,  ///< may be negative: times, durations of stepping clocks
  real,     ///< a number that need not be whole, from 0 on
  flag,
  text,
  word,  ///< one of `words`
  list_of_text,
  list_of_counts,
  group,  ///< an object with the fields of `group`
  list_of_groups,
};

/// Groups of fields that recur.
enum class Group : unsigned char {
  none,
  quantiles,
  histogram,
  share,
  direction,
  interface,
  tls,
  lane,
  limiter,
  rate_response,
  exploration,
  echo,
  graph_node,
  graph_edge,
  mtu_step,
  black_hole,
  mpls_label,
  hop_interface,
  traffic,
  zone_line,
};

struct SchemaField {
  std::string_view path;  ///< "handshake.server_ns"
  Kind kind = Kind::count;
  std::string_view about;  ///< needs no escape in JSON
  bool nullable = false;   ///< null: could not be measured
  std::span<const std::string_view> words = {};
  Group group = Group::none;
  bool always = true;  ///< false: some records of the type lack it
};

struct RecordSchema {
  std::string_view type;
  std::string_view about;
  std::span<const SchemaField> fields;
};

std::span<const RecordSchema> record_schemas();
std::span<const SchemaField> group_fields(Group group);

}  // namespace netlat
