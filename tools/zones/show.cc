// netlat zones show: which zone an address is in, and which lines say so.

#include <fmt/format.h>
#include <unistd.h>

#include "netlat/base/safe_text.h"
#include "netlat/report/json_writer.h"
#include "netlat/report/messages.h"
#include "netlat/report/output.h"
#include "netlat/report/terminal.h"
#include "netlat/report/text_table.h"
#include "netlat/zone/address_class.h"
#include "netlat/zone/prefix_text.h"
#include "netlat/zone/utc_time.h"
#include "tools/common/command_line.h"
#include "tools/common/text_options.h"
#include "tools/zones/commands.h"
#include "tools/zones/open_map.h"

namespace netlat {

namespace {

struct Shown {
  IpAddress address;
  ZoneResult result;
  std::vector<ZoneHearing> hearings;
};

// The lines that disagree are of more than one scope.
bool scopes_differ(const ZoneMap& map, const Shown& shown) {
  std::optional<std::string_view> scope;
  for (const ZoneHearing& h : shown.hearings) {
    if (h.role != ZoneLineRole::decides) continue;
    const std::string_view own = map.line(h.line).scope;
    if (scope && *scope != own) return true;
    scope = own;
  }
  return false;
}

std::string place_text(const ZoneMap& map, const Shown& shown) {
  if (shown.result.status == ZoneStatus::ambiguous) {
    return scopes_differ(map, shown)
               ? "ambiguous: its scopes differ; choose one with --scope"
               : "ambiguous";
  }
  const Zone zone = map.zone(shown.result.zone);
  std::string text;
  if (shown.result.status == ZoneStatus::known) {
    text = "zone " + SafeText(zone.name).str();
  } else {
    text = fmt::format("unknown zone ({} address)",
                       to_word(address_class(shown.address)));
  }
  if (!zone.region.empty()) text += "   region " + SafeText(zone.region).str();
  return text;
}

std::string file_line(const ZoneLine& line) {
  return fmt::format("{}:{}", shown_or_dash(line.file), line.number);
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

std::string lines_table(const ZoneMap& map, const Shown& shown,
                        const TextStyle& style) {
  TextTable table({{"LINE", Align::left, "", 12},
                   {"PREFIX", Align::left},
                   {"ZONE", Align::left, "", 8},
                   {"SCOPE", Align::left, "", 8},
                   {"KIND", Align::left},
                   {"LABEL", Align::left, "", 8},
                   {"", Align::left, "", 0, true}});
  const bool ambiguous = shown.result.status == ZoneStatus::ambiguous;
  for (const ZoneHearing& h : shown.hearings) {
    const ZoneLine line = map.line(h.line);
    const Zone zone = map.zone(line.zone);
    std::string remark(role_text(h.role, ambiguous));
    if (const std::string times = validity(line); !times.empty()) {
      remark += ", " + times;
    }
    table.add_row(ambiguous && h.role == ZoneLineRole::decides,
                  {{file_line(line)},
                   {prefix_text(line.prefix)},
                   {shown_or_dash(zone.name)},
                   {shown_or_dash(line.scope)},
                   {shown_or_dash(line.kind)},
                   {shown_or_dash(line.label)},
                   {remark}});
  }
  return table.empty() ? std::string() : table.render("", style);
}

void print_text(const ZoneMap& map, const std::vector<Shown>& answers,
                Output& out) {
  const TextStyle style = style_of({});
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (i > 0) out.append("\n");
    out.append(fmt::format("{}   {}\n", answers[i].address.text(),
                           place_text(map, answers[i])));
    out.append(lines_table(map, answers[i], style));
  }
  if (answers.size() != 2) return;
  const ZoneRelation relation =
      map.relation(answers[0].result.zone, answers[1].result.zone);
  out.append(fmt::format("\nrelation   {}\n", to_word(relation)));
}

template <std::size_t N>
void text_or_null(JsonWriter& json, const char (&name)[N],
                  std::string_view text) {
  if (text.empty()) {
    json.null(name);
  } else {
    json.text(name, SafeText(text).str());
  }
}

template <std::size_t N>
void time_or_null(JsonWriter& json, const char (&name)[N],
                  const std::optional<Stamp>& time) {
  json.field(name, time ? std::optional(to_us(*time)) : std::nullopt);
}

void line_object(const ZoneMap& map, const ZoneHearing& h, JsonWriter& json) {
  const ZoneLine line = map.line(h.line);
  json.open_object();
  json.text("file", SafeText(line.file).str());
  json.field("line", line.number);
  json.plain("role", to_word(h.role));
  json.plain("prefix", prefix_text(line.prefix));
  text_or_null(json, "zone", map.zone(line.zone).name);
  text_or_null(json, "region", line.region);
  text_or_null(json, "scope", line.scope);
  text_or_null(json, "label", line.label);
  text_or_null(json, "kind", line.kind);
  text_or_null(json, "source", line.source);
  time_or_null(json, "valid_from_us", line.valid_from);
  time_or_null(json, "valid_to_us", line.valid_to);
  json.close_object();
}

void print_json(const ZoneMap& map, const std::vector<Shown>& answers, Stamp at,
                Output& out) {
  JsonWriter json;
  for (const Shown& s : answers) {
    const Zone zone = map.zone(s.result.zone);
    json.begin("zone");
    json.plain("address", s.address.text());
    json.field("at_us", to_us(at));
    json.plain("status", to_word(s.result.status));
    text_or_null(json, "zone", zone.name);
    text_or_null(json, "region", zone.region);
    json.plain("class", to_word(address_class(s.address)));
    json.open_array("lines");
    for (const ZoneHearing& h : s.hearings) line_object(map, h, json);
    json.close_array();
    out.append(json.finish());
  }
}

}  // namespace

int show(const ShowOptions& options) {
  Output out(STDOUT_FILENO);
  const ZoneMapReading reading = open_map(options.map, out);
  if (reading.map) {
    const ZoneMap& map = *reading.map;
    std::vector<Shown> answers;
    for (const IpAddress& address : options.addresses) {
      answers.push_back({address, map.lookup(address, options.at),
                         map.explain(address, options.at)});
    }
    if (options.map.json) {
      print_json(map, answers, options.at, out);
    } else {
      print_text(map, answers, out);
    }
  }
  return finish(kTool, out,
                reading.problems.empty()
                    ? kExitDone
                    : exit_status(reading.problems[0].kind));
}

}  // namespace netlat
