#pragma once
// Where addresses were at a moment, and which lines of a map say so.

#include <string>
#include <string_view>
#include <vector>

#include "netlat/report/json_writer.h"
#include "netlat/report/text_table.h"
#include "netlat/zone/zone_map.h"

namespace netlat {

struct ZoneAnswer {
  IpAddress address;
  ZoneResult result;
  std::vector<ZoneHearing> hearings;  ///< the longest prefix first
};

ZoneAnswer zone_answer(const ZoneMap& map, const IpAddress& address, Stamp at);

/// A table of lines for each, and of two addresses how their zones relate.
std::string text_zone_answers(const ZoneMap& map,
                              const std::vector<ZoneAnswer>& answers,
                              const TextStyle& style);

/// The `zone` record; valid until `json` is used again.
std::string_view zone_answer_line(JsonWriter& json, const ZoneMap& map,
                                  const ZoneAnswer& answer, Stamp at);

}  // namespace netlat
