#include <cmath>
#include <cstdint>

#include "lib/report/hop_words.h"
#include "lib/report/json_values.h"
#include "netlat/report/hop_report.h"

namespace netlat {

namespace {

std::optional<Nanos> whole(const std::optional<double>& ns) {
  if (!ns) return std::nullopt;
  return Nanos{std::llround(*ns)};
}

void put_extension(JsonWriter& json, const IcmpExtension& extension) {
  json.open_array("mpls");
  for (const MplsLabel& label : extension.labels) {
    json.open_object();
    json.field("label", label.label);
    json.field("tc", label.traffic_class);
    json.field("ttl", label.ttl);
    json.close_object();
  }
  json.close_array();
  json.open_array("interfaces");
  for (const InterfaceInfo& i : extension.interfaces) {
    json.open_object();
    json.field("role", i.role);
    json.field("index", i.index);
    put_address(json, "address", i.address.value_or(IpAddress()));
    put_text(json, "name", i.name);
    json.field("mtu", i.mtu);
    json.close_object();
  }
  json.close_array();
}

void put_loss(JsonWriter& json, const std::optional<LossInterval>& loss) {
  if (!loss) {
    json.null("loss");
    json.null("loss_low");
    json.null("loss_high");
    return;
  }
  json.real("loss", loss->share);
  json.real("loss_low", loss->low);
  json.real("loss_high", loss->high);
}

void put_limiter(JsonWriter& json, const std::optional<LimiterFit>& limiter) {
  if (!limiter) return json.null("limiter");
  json.open_object("limiter");
  json.field("burst", limiter->burst);
  json.real("rate", limiter->rate);
  json.real("explains", limiter->explains);
  json.close_object();
}

void put_response(JsonWriter& json, const std::optional<RateResponse>& r) {
  if (!r) return json.null("response");
  json.open_object("response");
  json.field("fast_sent", r->fast_sent);
  json.field("fast_answered", r->fast_answered);
  json.field("slow_sent", r->slow_sent);
  json.field("slow_answered", r->slow_answered);
  json.plain("finding", finding_word(r->finding));
  json.close_object();
}

void put_statistics(JsonWriter& json, const RttStatistics& rtt) {
  put_quantiles(json, "rtt", rtt.histogram().quantiles());
  const bool any = rtt.count() > 0;
  put_duration(json, "last_ns", any ? std::optional(rtt.last()) : std::nullopt);
  put_duration(json, "mean_ns",
               whole(any ? std::optional(rtt.mean()) : std::nullopt));
  put_duration(
      json, "stddev_ns",
      whole(rtt.count() > 1 ? std::optional(rtt.deviation()) : std::nullopt));
  put_duration(json, "jitter_ns", whole(rtt.jitter()));
}

void put_rewrite(JsonWriter& json, const std::optional<Rewrite>& rewrite) {
  json.field("quoted", rewrite.has_value());
  json.open_array("rewritten");
  const Rewrite r = rewrite.value_or(Rewrite{});
  for (const std::string_view word : r.words()) json.element(word);
  json.close_array();
  json.field("quoted_ttl", r.quoted.ttl);
  const bool other_source = r.source && r.quoted.source;
  put_address(json, "rewritten_source",
              other_source ? *r.quoted.source : IpAddress());
}

void put_zone(JsonWriter& json, const HopZone& zone) {
  put_text(json, "zone", zone.name);
  if (zone.from.empty()) {
    json.null("crossing");
  } else {
    json.plain("crossing", to_word(zone.relation));
  }
  put_text(json, "crossing_from", zone.from);
}

void put_origin(JsonWriter& json, const AddressOrigin& origin) {
  put_unless_0(json, "as_number", origin.as_number);
  put_text(json, "as_name", origin.as_name);
  put_text(json, "country", origin.country);
}

std::string_view hop_line(JsonWriter& json, const HopReport& report,
                          std::size_t index) {
  const HopRow& row = report.rows[index];
  json.begin("hop");
  json.text("target", target_name(report.path.plan));
  json.field("ttl", row.ttl);
  put_address(json, "address", row.address.value_or(IpAddress()));
  const auto name =
      row.address ? report.names.find(*row.address) : report.names.end();
  put_text(json, "name", name == report.names.end() ? "" : name->second);
  put_origin(json,
             report.origins.empty() ? AddressOrigin{} : report.origins[index]);
  put_zone(json, report.zones.empty() ? HopZone{} : report.zones[index]);
  json.field("sent", row.sent);
  json.field("answered", row.answered);
  json.field("late", row.late);
  put_statistics(json, row.rtt);
  json.plain("verdict", verdict_word(row.verdict));
  put_loss(json, row.path);
  put_limiter(json, row.limiter);
  put_response(json, row.response);
  put_duration(json, "adds_ns",
               row.growth ? std::optional(row.growth->added) : std::nullopt);
  put_duration(
      json, "adds_error_ns",
      row.growth ? std::optional(row.growth->uncertainty) : std::nullopt);
  json.field("adds_most", row.adds_most);
  json.field("reached", row.kind == AnswerKind::reached && row.address);
  put_text(json, "refusal",
           refusal_text(row, !report.path.plan.target.is_v4()));
  put_extension(json, row.extension);
  json.field("reply_ttl", row.reply_ttl);
  json.field("return_hops", row.return_hops);
  put_rewrite(json, row.rewrite);
  json.field("epoch", row.epoch);
  json.field("former", row.former);
  json.open_array("flows");
  for (const std::uint16_t lane : row.lanes) json.element(lane);
  json.close_array();
  return json.finish();
}

void put_lane(JsonWriter& json, const PathReport& path, std::uint16_t i) {
  const LaneReport& lane = path.lanes[i];
  json.open_object();
  json.field("flow", i);
  put_address(json, "source", lane.source);
  json.field("source_port", lane.source_port);
  json.field("distance", lane.distance);
  json.field("path_id", path_id(path, i));
  json.field("discovered", lane.discovered);
  json.field("in_use", lane.in_use);
  const HopSeries* end = lane_end(path, i);
  static const HopSeries kNothing;
  if (end == nullptr) end = &kNothing;
  json.field("sent", end->sent);
  json.field("answered", end->answered);
  json.field("late", end->late);
  put_statistics(json, end->rtt);
  const bool judged = target_counts(path);
  put_loss(json, end->sent > 0 && judged
                     ? std::optional(loss_interval(end->expired, end->sent))
                     : std::nullopt);
  json.close_object();
}

void put_exploration(JsonWriter& json,
                     const std::optional<ExplorationReport>& exploration) {
  if (!exploration) return json.null("exploration");
  json.open_object("exploration");
  json.field("flows", exploration->flows);
  json.field("missing", exploration->missing);
  json.field("complete", exploration->complete);
  json.close_object();
}

void put_echo(JsonWriter& json, const std::optional<EchoReport>& echo) {
  if (!echo) return json.null("echo");
  json.open_object("echo");
  json.field("sent", echo->answered + echo->late + echo->expired);
  json.field("answered", echo->answered);
  json.field("late", echo->late);
  json.close_object();
}

// By echoes, where the target answers them and not the probes.
std::optional<LossInterval> path_loss(const HopReport& report) {
  const HopRow* target = target_row(report.rows);
  if (const auto echo = echo_loss(report.path)) return echo;
  return target == nullptr ? std::nullopt : target->path;
}

std::string_view path_line(JsonWriter& json, const HopReport& report) {
  const PathReport& path = report.path;
  json.begin("path");
  put_plan(json, path.plan);
  json.field("start_us", path.started.count() / 1000);
  put_duration(json, "elapsed_ns", std::optional(path.elapsed));
  json.field("rounds", path.plan.rounds);
  json.field("interval_ns", path.plan.interval.count());
  json.field("complete", path.complete);
  json.field("reached", target_row(report.rows) != nullptr);
  put_loss(json, path_loss(report));
  json.field("sent", path.sent);
  json.field("strangers", path.strangers);
  json.field("send_failures", path.send_failures);
  json.open_array("flows");
  for (std::size_t i = 0; i < path.lanes.size(); ++i) {
    put_lane(json, path, static_cast<std::uint16_t>(i));
  }
  json.close_array();
  put_exploration(json, path.exploration);
  put_echo(json, path.echo);
  json.open_array("notes");
  for (const std::string& note : report.notes) json.element(note);
  json.close_array();
  return json.finish();
}

std::string_view event_line(JsonWriter& json, const PathReport& path,
                            const PathEvent& event) {
  json.begin("event");
  json.plain("event", event.kind == PathEventKind::way_found ? "way_found"
                                                             : "route_change");
  json.field("time_us", event.wall.count() / 1000);
  json.text("target", target_name(path.plan));
  json.field("flow", event.lane);
  json.field("ttl", event.ttl);
  json.field("epoch", event.epoch);
  put_address(json, "before", event.before.value_or(IpAddress()));
  json.plain("after", event.after.text());
  return json.finish();
}

}  // namespace

void hop_json(JsonWriter& json, const HopReport& report, std::string& out) {
  out += path_line(json, report);
  for (std::size_t i = 0; i < report.rows.size(); ++i) {
    out += hop_line(json, report, i);
  }
  for (const PathEvent& event : report.path.events) {
    out += event_line(json, report.path, event);
  }
}

}  // namespace netlat
