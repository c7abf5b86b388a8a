// Any text is read as a zone map, asked at the borders of its own prefixes and
// linted: no crash, an answer agrees with what it is explained by, and what is
// said of the map is printable.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "netlat/zone/zone_lint.h"
#include "netlat/zone/zone_reader.h"
#include "tests/fuzz/require.h"

namespace {

using namespace netlat;

void require_printable(const std::string& text) {
  for (const char c : text) require(c >= 0x20 && c <= 0x7e);
}

void ask(const ZoneMap& map, const IpAddress& address, Stamp time) {
  const ZoneResult r = map.lookup(address, time);
  require(r.zone <= map.zone_count() && r.line <= map.line_count());
  require((r.status == ZoneStatus::ambiguous) <= (r.zone == 0));
  bool decided = false;
  for (const ZoneHearing& h : map.explain(address, time)) {
    require(map.line(h.line).prefix.contains(address));
    decided = decided || h.role == ZoneLineRole::decides;
    if (h.line == r.line) require(h.role == ZoneLineRole::decides);
  }
  require(decided == (r.line != 0));
  require(map.relation(r.zone, r.zone) == (r.status == ZoneStatus::known
                                               ? ZoneRelation::same
                                               : ZoneRelation::unknown));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(data, data + size);
  ZoneMapOptions options;
  options.keep_going = true;
  if (size % 2 == 1) options.scopes = {"a"};
  const auto reading = read_zone_map_text("map", text, options);
  for (const Error& problem : reading.problems) {
    require_printable(problem.message);
  }
  for (const std::string& warning : reading.warnings) {
    require_printable(warning);
  }
  const ZoneMap& map = *reading.map;
  for (ZoneLineId id = 1; id <= map.line_count() && id <= 64; ++id) {
    const ZoneLine line = map.line(id);
    auto octets = line.prefix.address.bytes();
    ask(map, IpAddress::v6(octets.data()), Stamp{});
    if (line.valid_from) {
      ask(map, IpAddress::v6(octets.data()), *line.valid_from);
    }
    ++octets[15];
    ask(map, IpAddress::v6(octets.data()), stamp_ns(1));
  }
  for (const ZoneFinding& f : lint_zones(map)) {
    require_printable(finding_text(map, f));
  }
  return 0;
}
