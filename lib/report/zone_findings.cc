#include "netlat/report/zone_findings.h"

#include <fmt/format.h>

#include <algorithm>

#include "lib/report/json_values.h"
#include "netlat/base/safe_text.h"
#include "netlat/report/number_text.h"
#include "netlat/zone/address_class.h"
#include "netlat/zone/prefix_text.h"

namespace netlat {

namespace {

constexpr std::size_t kMostOfAKind = 20;

std::string place_text(const ZoneMap& map, ZoneLineId id) {
  const ZoneLine line = map.line(id);
  return fmt::format("{} ({}:{}, {})", prefix_text(line.prefix),
                     SafeText(line.file).str(), line.number,
                     SafeText(map.zone(line.zone).name).str());
}

std::string doubt_text(const ZoneMap& map, const ZoneDoubt& doubt) {
  const bool same = doubt.relation == ZoneRelation::same;
  const std::string where =
      doubt.line == doubt.other
          ? "within " + place_text(map, doubt.line)
          : fmt::format("between {} and {}", place_text(map, doubt.line),
                        place_text(map, doubt.other));
  return fmt::format(
      "{}: the shortest of {} round trips took {}, which is {} for {}", where,
      count_text(doubt.samples), duration_text(doubt.least),
      same ? "long" : "short", same ? "one zone" : "two zones");
}

// The two lines of a finding; 0: there is no other.
void put_lines(JsonWriter& json, const ZoneMap& map, ZoneLineId id,
               ZoneLineId other_id) {
  const ZoneLine line = map.line(id);
  json.text("file", line.file);
  json.field("line", line.number);
  if (other_id == 0) {
    json.null("other_file");
    json.null("other_line");
    return;
  }
  const ZoneLine other = map.line(other_id);
  json.text("other_file", other.file);
  json.field("other_line", other.number);
}

}  // namespace

std::string text_zone_findings(const ZoneMap& map,
                               const std::vector<ZoneFinding>& findings) {
  std::string text;
  for (std::size_t from = 0; from < findings.size();) {
    const ZoneFault fault = findings[from].fault;
    std::size_t to = from;
    while (to < findings.size() && findings[to].fault == fault) ++to;
    const std::size_t shown = std::min(to, from + kMostOfAKind);
    for (std::size_t i = from; i < shown; ++i) {
      text += finding_text(map, findings[i]) + '\n';
    }
    if (to > shown) {
      text += fmt::format("and {} more of the kind {} (--json lists all)\n",
                          count_text(to - shown), to_word(fault));
    }
    from = to;
  }
  return text;
}

std::string text_zone_doubts(const ZoneMap& map,
                             const std::vector<ZoneDoubt>& doubts) {
  std::string text;
  for (const ZoneDoubt& doubt : doubts) text += doubt_text(map, doubt) + '\n';
  return text;
}

std::string text_unplaced(const ZoneMatrix& matrix) {
  const auto unplaced = matrix.unplaced();
  const std::uint64_t all = matrix.all().bytes;
  const std::size_t shown = std::min(unplaced.size(), kMostOfAKind);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& [address, what] = unplaced[i];
    text += fmt::format(
        "{} {}: {} address, {} ({}) in {} connections\n", to_word(what.status),
        address.text(), to_word(address_class(address)), bytes_text(what.bytes),
        percent_text(what.bytes, all), count_text(what.connections));
  }
  if (unplaced.size() > shown) {
    text +=
        fmt::format("and {} more addresses without a zone (--json lists all)\n",
                    count_text(unplaced.size() - shown));
  }
  return text;
}

std::string_view zone_finding_line(JsonWriter& json, const ZoneMap& map,
                                   const ZoneFinding& finding) {
  json.begin("zone_finding");
  json.plain("fault", to_word(finding.fault));
  put_lines(json, map, finding.line, finding.other);
  json.field("lines", finding.lines);
  json.text("message", finding_text(map, finding));
  return json.finish();
}

std::string_view zone_finding_line(JsonWriter& json, const ZoneMap& map,
                                   const ZoneDoubt& doubt) {
  json.begin("zone_finding");
  json.plain("fault",
             doubt.relation == ZoneRelation::same ? "too_far" : "too_near");
  put_lines(json, map, doubt.line, doubt.other);
  json.field("lines", 1);
  json.text("message", doubt_text(map, doubt));
  return json.finish();
}

std::string_view zone_address_line(JsonWriter& json, const IpAddress& address,
                                   const UnplacedAddress& what) {
  json.begin("zone_address");
  json.plain("address", address.text());
  json.plain("status", to_word(what.status));
  json.plain("class", to_word(address_class(address)));
  json.field("connections", what.connections);
  json.field("bytes", what.bytes);
  return json.finish();
}

}  // namespace netlat
