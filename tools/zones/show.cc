// netlat zones show: which zone an address is in, and which lines say so.

#include <unistd.h>

#include "netlat/report/zone_answer.h"
#include "tools/common/command_line.h"
#include "tools/common/text_options.h"
#include "tools/zones/commands.h"
#include "tools/zones/open_map.h"

namespace netlat {

namespace {

void print(const ZoneMap& map, const ShowOptions& options, Output& out) {
  std::vector<ZoneAnswer> answers;
  for (const IpAddress& address : options.addresses) {
    answers.push_back(zone_answer(map, address, options.at));
  }
  if (!options.map.json) {
    return out.append(text_zone_answers(map, answers, style_of({})));
  }
  JsonWriter json;
  for (const ZoneAnswer& answer : answers) {
    out.append(zone_answer_line(json, map, answer, options.at));
  }
}

}  // namespace

int show(const ShowOptions& options) {
  Output out(STDOUT_FILENO);
  const ZoneMapReading reading = open_map(options.map, out);
  if (reading.map) print(*reading.map, options, out);
  return finish(kTool, out,
                reading.problems.empty()
                    ? kExitDone
                    : exit_status(reading.problems[0].kind));
}

}  // namespace netlat
