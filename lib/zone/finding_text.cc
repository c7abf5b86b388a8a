// Findings as sentences: what, where, and what to do.

#include <fmt/format.h>

#include "lib/zone/line_text.h"
#include "netlat/base/safe_text.h"
#include "netlat/zone/prefix_text.h"
#include "netlat/zone/zone_lint.h"

namespace netlat {

namespace {

std::string lines_text(std::uint64_t lines) {
  return lines == 1 ? "1 line" : fmt::format("{} lines", lines);
}

std::string never_text(const ZoneMap& map, const ZoneFinding& f,
                       const std::string& prefix) {
  if (f.other == 0) return prefix + " is valid at no time";
  const ZoneLine line = map.line(f.line), other = map.line(f.other);
  if (other.prefix.length == line.prefix.length) {
    return fmt::format(
        "{} is never reached: {} has the better right by its "
        "kind, and says {}",
        prefix, place_text(other), zone_text(map, other.zone));
  }
  return fmt::format(
      "{} is never reached: longer prefixes cover all of it, "
      "one of them at {}",
      prefix, place_text(other));
}

std::string sentence(const ZoneMap& map, const ZoneFinding& f) {
  const ZoneLine line = map.line(f.line);
  const ZoneLine other = f.other != 0 ? map.line(f.other) : ZoneLine{};
  const std::string prefix = prefix_text(line.prefix);
  const std::string zone = zone_text(map, line.zone);
  switch (f.fault) {
    case ZoneFault::conflict:
      return fmt::format(
          "{} is in {}, but at {} in {}; its addresses are "
          "ambiguous",
          prefix, zone, place_text(other), zone_text(map, other.zone));
    case ZoneFault::overlap:
      return fmt::format("{} in {} lies inside {} in {} at {}", prefix, zone,
                         prefix_text(other.prefix), zone_text(map, other.zone),
                         place_text(other));
    case ZoneFault::two_regions:
      return fmt::format("{} is in region {}, but at {} in {}", zone,
                         SafeText(line.region).str(), place_text(other),
                         SafeText(other.region).str());
    case ZoneFault::name_and_id:
      return fmt::format(
          "{} is a name ({}), while {} uses the id {}; the two "
          "cannot be compared; import what aws ec2 "
          "describe-availability-zones says in that account",
          zone, lines_text(f.lines), place_text(other),
          zone_text(map, other.zone));
    case ZoneFault::region_as_zone:
      return fmt::format(
          "{} is a region or a regional subnet, not a zone "
          "({}); leave the zone empty and name the region alone",
          zone, lines_text(f.lines));
    case ZoneFault::never_matches:
      return never_text(map, f, prefix);
    case ZoneFault::repeated:
      return fmt::format("{} is there already, at {}", prefix,
                         place_text(other));
    case ZoneFault::host_bits:
      return fmt::format("the prefix has bits beyond its length; read as {}",
                         prefix);
  }
  return {};
}

}  // namespace

std::string finding_text(const ZoneMap& map, const ZoneFinding& finding) {
  return fmt::format("{}: {}", place_text(map.line(finding.line)),
                     sentence(map, finding));
}

}  // namespace netlat
