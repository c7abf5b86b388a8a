#include "netlat/report/zone_answer.h"

#include <fmt/format.h>

#include <optional>

#include "lib/report/json_values.h"
#include "netlat/base/safe_text.h"
#include "netlat/zone/address_class.h"
#include "netlat/zone/prefix_text.h"
#include "netlat/zone/utc_time.h"

namespace netlat {

namespace {

std::string or_dash(std::string_view text) {
  return text.empty() ? "-" : SafeText(text).str();
}

// The lines that disagree are of more than one scope.
bool scopes_differ(const ZoneMap& map, const ZoneAnswer& answer) {
  std::optional<std::string_view> scope;
  for (const ZoneHearing& h : answer.hearings) {
    if (h.role != ZoneLineRole::decides) continue;
    const std::string_view own = map.line(h.line).scope;
    if (scope && *scope != own) return true;
    scope = own;
  }
  return false;
}

std::string place_text(const ZoneMap& map, const ZoneAnswer& answer) {
  if (answer.result.status == ZoneStatus::ambiguous) {
    return scopes_differ(map, answer)
               ? "ambiguous: its scopes differ; choose one with --scope"
               : "ambiguous";
  }
  const Zone zone = map.zone(answer.result.zone);
  std::string text;
  if (answer.result.status == ZoneStatus::known) {
    text = "zone " + SafeText(zone.name).str();
  } else {
    text = fmt::format("unknown zone ({} address)",
                       to_word(address_class(answer.address)));
  }
  if (!zone.region.empty()) text += "   region " + SafeText(zone.region).str();
  return text;
}

std::string validity(const ZoneLine& line) {
  std::string text;
  if (line.valid_from) text += "from " + utc_time_text(*line.valid_from);
  if (line.valid_to) {
    if (!text.empty()) text += ' ';
    text += "to " + utc_time_text(*line.valid_to);
  }
  return text;
}

std::string_view role_text(ZoneLineRole role, bool ambiguous) {
  if (role == ZoneLineRole::decides) return ambiguous ? "disagrees" : "decides";
  if (role == ZoneLineRole::overridden) return "overridden";
  return "not valid then";
}

std::string lines_table(const ZoneMap& map, const ZoneAnswer& answer,
                        const TextStyle& style) {
  TextTable table({{"LINE", Align::left, "", 12},
                   {"PREFIX", Align::left},
                   {"ZONE", Align::left, "", 8},
                   {"SCOPE", Align::left, "", 8},
                   {"KIND", Align::left},
                   {"LABEL", Align::left, "", 8},
                   {"", Align::left, "", 0, true}});
  const bool ambiguous = answer.result.status == ZoneStatus::ambiguous;
  for (const ZoneHearing& h : answer.hearings) {
    const ZoneLine line = map.line(h.line);
    const Zone zone = map.zone(line.zone);
    std::string remark(role_text(h.role, ambiguous));
    if (const std::string times = validity(line); !times.empty()) {
      remark += ", " + times;
    }
    table.add_row(ambiguous && h.role == ZoneLineRole::decides,
                  {{fmt::format("{}:{}", or_dash(line.file), line.number)},
                   {prefix_text(line.prefix)},
                   {or_dash(zone.name)},
                   {or_dash(line.scope)},
                   {or_dash(line.kind)},
                   {or_dash(line.label)},
                   {remark}});
  }
  return table.empty() ? std::string() : table.render("", style);
}

void put_line(const ZoneMap& map, const ZoneHearing& h, JsonWriter& json) {
  const ZoneLine line = map.line(h.line);
  json.open_object();
  json.text("file", line.file);
  json.field("line", line.number);
  json.plain("role", to_word(h.role));
  json.plain("prefix", prefix_text(line.prefix));
  put_text(json, "zone", map.zone(line.zone).name);
  put_text(json, "region", line.region);
  put_text(json, "scope", line.scope);
  put_text(json, "label", line.label);
  put_text(json, "kind", line.kind);
  put_text(json, "source", line.source);
  put_time(json, "valid_from_us", line.valid_from);
  put_time(json, "valid_to_us", line.valid_to);
  json.close_object();
}

}  // namespace

ZoneAnswer zone_answer(const ZoneMap& map, const IpAddress& address, Stamp at) {
  return {address, map.lookup(address, at), map.explain(address, at)};
}

std::string text_zone_answers(const ZoneMap& map,
                              const std::vector<ZoneAnswer>& answers,
                              const TextStyle& style) {
  std::string text;
  for (const ZoneAnswer& answer : answers) {
    if (!text.empty()) text += '\n';
    text += fmt::format("{}   {}\n", answer.address.text(),
                        place_text(map, answer));
    text += lines_table(map, answer, style);
  }
  if (answers.size() == 2) {
    const ZoneRelation relation =
        map.relation(answers[0].result.zone, answers[1].result.zone);
    text += fmt::format("\nrelation   {}\n", to_word(relation));
  }
  return text;
}

std::string_view zone_answer_line(JsonWriter& json, const ZoneMap& map,
                                  const ZoneAnswer& answer, Stamp at) {
  const Zone zone = map.zone(answer.result.zone);
  json.begin("zone");
  json.plain("address", answer.address.text());
  json.field("at_us", to_us(at));
  json.plain("status", to_word(answer.result.status));
  put_text(json, "zone", zone.name);
  put_text(json, "region", zone.region);
  json.plain("class", to_word(address_class(answer.address)));
  json.open_array("lines");
  for (const ZoneHearing& h : answer.hearings) put_line(map, h, json);
  json.close_array();
  return json.finish();
}

}  // namespace netlat
