#include "netlat/report/hop_mtu.h"

#include <fmt/format.h>

#include "lib/report/hop_words.h"
#include "lib/report/json_values.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

// "1500>1420@4": as it is said in a word.
std::string short_form(const PathMtu& found) {
  std::string out = std::to_string(found.first);
  for (const MtuStep& step : found.steps) {
    out += fmt::format(">{}@{}", step.to, step.ttl);
  }
  if (found.black_hole) {
    out += fmt::format(">{}@{}", found.mtu, found.black_hole->after);
  }
  return out;
}

std::vector<std::string> mtu_sentences(const PathMtu& found) {
  if (found.reaches == 0) return {"nobody answered"};
  std::vector<std::string> out;
  for (const MtuStep& step : found.steps) {
    out.push_back(
        fmt::format("{} at hop {} takes no packet of {} octets, "
                    "but of {}",
                    step.by.text(), step.ttl, step.from, step.to));
  }
  if (found.black_hole) {
    const BlackHole& hole = *found.black_hole;
    out.push_back(fmt::format(
        "black hole behind hop {}{}: packets of {} octets vanish without a "
        "word, of {} they pass",
        hole.after, hole.hop ? " (" + hole.hop->text() + ")" : "", hole.lost,
        found.mtu));
  }
  const std::string whither =
      found.target
          ? "the target"
          : fmt::format("hop {}, the last that answers", found.reaches);
  out.push_back(found.mtu > 0
                    ? fmt::format("mtu {}: packets of that size reach {}",
                                  short_form(found), whither)
                    : "mtu not known: answers came and went");
  return out;
}

}  // namespace

std::string mtu_text(const MtuReport& report, const TextStyle& style) {
  std::string out =
      plan_title(report.plan) + ", " + plural(report.sent, "probe") + '\n';
  for (const std::string& s : mtu_sentences(report.found)) {
    out += wrapped_text(s, 1, style.width);
  }
  return out;
}

std::string_view mtu_line(JsonWriter& json, const MtuReport& report) {
  const PathMtu& found = report.found;
  json.begin("path_mtu");
  put_plan(json, report.plan);
  json.field("start_us", report.started.count() / 1000);
  put_duration(json, "elapsed_ns", std::optional(report.elapsed));
  json.field("sent", report.sent);
  json.field("interface_mtu", found.first);
  put_unless_0(json, "mtu", found.mtu);
  put_unless_0(json, "reaches_ttl", found.reaches);
  json.field("reached", found.target);
  json.open_array("steps");
  for (const MtuStep& step : found.steps) {
    json.open_object();
    json.field("ttl", step.ttl);
    json.plain("address", step.by.text());
    json.field("from", step.from);
    json.field("to", step.to);
    json.close_object();
  }
  json.close_array();
  if (found.black_hole) {
    json.open_object("black_hole");
    json.field("after_ttl", found.black_hole->after);
    json.field("lost", found.black_hole->lost);
    json.close_object();
  } else {
    json.null("black_hole");
  }
  return json.finish();
}

}  // namespace netlat
