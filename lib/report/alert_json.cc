#include "netlat/report/alert_json.h"

#include "lib/report/json_values.h"

namespace netlat {

namespace {

template <std::size_t N>
void put_rate(JsonWriter& json, const char (&name)[N],
              const std::optional<double>& rate) {
  if (rate) {
    json.real(name, *rate);
  } else {
    json.null(name);
  }
}

}  // namespace

std::string_view alert_line(JsonWriter& json, const ObjectiveWatch& watch,
                            Stamp at) {
  const Objective& o = watch.objective();
  const ObjectiveState& s = watch.state();
  json.begin("alert");
  json.field("time_us", to_us(at));
  json.text("objective", o.text);
  json.plain("verdict", to_word(s.verdict));
  json.plain("quantity", to_word(o.quantity));
  put_duration(json, "value_ns", s.value);
  if (is_time(o.quantity)) {
    json.field("limit_ns", o.limit.count());
  } else {
    json.null("limit_ns");
  }
  json.real("budget", o.budget());
  json.field("window_ns", o.window.count());
  json.field("bad", s.bad);
  json.field("events", s.events);
  put_rate(json, "burn", s.burn);
  put_rate(json, "burn_lately", s.burn_lately);
  json.field("times_broken", s.times_broken);
  if (s.since) {
    json.field("since_us", to_us(*s.since));
  } else {
    json.null("since_us");
  }
  return json.finish();
}

}  // namespace netlat
