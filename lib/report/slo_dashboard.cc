#include "netlat/report/slo_dashboard.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "netlat/report/messages.h"
#include "netlat/report/slo_rules.h"

namespace netlat {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kWidth = 24, kHeight = 8;  // of the grid; of a panel

struct Target {
  std::string expression, legend;
};

Json data_source() {
  return {{"type", "prometheus"}, {"uid", "${datasource}"}};
}

class Panels {
 public:
  Json& add(const char* type, const char* title, const char* unit,
            const std::vector<Target>& targets, int width = kWidth / 2) {
    Json panel = {{"id", ++number_},
                  {"type", type},
                  {"title", title},
                  {"datasource", data_source()}};
    if (x_ + width > kWidth) {
      x_ = 0;
      y_ += kHeight;
    }
    panel["gridPos"] = {{"h", kHeight}, {"w", width}, {"x", x_}, {"y", y_}};
    x_ += width;
    panel["fieldConfig"] = {{"defaults", {{"unit", unit}}},
                            {"overrides", Json::array()}};
    panel["targets"] = Json::array();
    char id = 'A';
    for (const Target& target : targets) {
      panel["targets"].push_back({{"refId", std::string(1, id++)},
                                  {"datasource", data_source()},
                                  {"expr", target.expression},
                                  {"legendFormat", target.legend}});
    }
    all_.push_back(std::move(panel));
    return all_.back();
  }
  Json take() { return std::move(all_); }

 private:
  Json all_ = Json::array();
  int number_ = 0, x_ = 0, y_ = 0;
};

std::string quantile(std::string_view q, std::string_view by,
                     std::string_view metric) {
  return fmt::format(
      "histogram_quantile({}, sum by ({}, le) (rate({}_bucket"
      "[$__rate_interval])))",
      q, by, metric);
}

// Of the half of the path that is the longer one.
std::string round_trip(std::string_view q) {
  return fmt::format(
      "max without (half) ({})",
      quantile(q, "src_zone, dst_zone, half", "netlat_tcp_rtt_seconds"));
}

std::string ratio(std::string_view part, std::string_view whole) {
  return fmt::format(
      "sum by (src_zone, dst_zone) (rate({}[$__rate_interval])) / sum by "
      "(src_zone, dst_zone) (rate({}[$__rate_interval]))",
      part, whole);
}

void add_times(Panels& panels) {
  const std::string pair = "{{src_zone}} to {{dst_zone}}";
  for (const auto& [q, title] :
       {std::pair{"0.5", "Network round trip, p50, by pair of zones"},
        std::pair{"0.99", "Network round trip, p99, by pair of zones"}}) {
    panels.add("timeseries", title, "s", {{round_trip(q), pair}});
  }
  panels.add("timeseries", "Service time", "s",
             {{quantile("0.5", "src_zone", "netlat_request_service_seconds"),
               "p50 from {{src_zone}}"},
              {quantile("0.99", "src_zone", "netlat_request_service_seconds"),
               "p99 from {{src_zone}}"}});
  Json& heat =
      panels.add("heatmap", "Network round trips", "s",
                 {{"sum by (le) (increase(netlat_tcp_rtt_seconds_bucket"
                   "[$__rate_interval]))",
                   "{{le}}"}});
  heat["targets"][0]["format"] = "heatmap";
  heat["options"] = {{"calculate", false}, {"yAxis", {{"unit", "s"}}}};
}

void add_matrix(Panels& panels) {
  Json& matrix = panels.add("table", "Zone to zone, p99 of the round trip", "s",
                            {{round_trip("0.99"), ""}});
  matrix["targets"][0]["format"] = "table";
  matrix["targets"][0]["instant"] = true;
  matrix["transformations"] = Json::array({{{"id", "groupingToMatrix"},
                                            {"options",
                                             {{"rowField", "src_zone"},
                                              {"columnField", "dst_zone"},
                                              {"valueField", "Value"}}}}});
}

void add_troubles(Panels& panels) {
  const std::string pair = "{{src_zone}} to {{dst_zone}}";
  panels.add("timeseries", "Segments sent again, of all with data",
             "percentunit",
             {{ratio("netlat_tcp_retransmitted_segments_total",
                     "netlat_tcp_data_segments_total"),
               pair}});
  panels.add("timeseries", "Connections that failed, a second", "short",
             {{"sum by (src_zone, dst_zone) "
               "(rate(netlat_tcp_connect_failures_total[$__rate_interval]))",
               pair}});
  panels.add("timeseries", "Packets that netlat did not see, a second", "short",
             {{"sum by (instance, where) "
               "(rate(netlat_capture_packets_dropped_total"
               "[$__rate_interval]))",
               "{{instance}} {{where}}"}});
  panels.add(
      "timeseries", "Share of octets with an unknown zone", "percentunit",
      {{"(sum(rate(netlat_tcp_payload_bytes_total{zone_relation=\"unknown\"}"
        "[$__rate_interval])) or vector(0)) / "
        "sum(rate(netlat_tcp_payload_bytes_total[$__rate_interval]))",
        "unknown"}});
}

// Why, once something is wrong.
void add_causes(Panels& panels) {
  const auto rates = [](const char* by, const char* metric) {
    return fmt::format("sum by ({}) (rate({}[$__rate_interval]))", by, metric);
  };
  panels.add(
      "timeseries", "Segments sent again, a second, by cause", "short",
      {{rates("kind", "netlat_tcp_retransmitted_segments_total"), "{{kind}}"}});
  panels.add(
      "timeseries", "Connections that failed, a second, by reason", "short",
      {{rates("reason", "netlat_tcp_connect_failures_total"), "{{reason}}"}});
  panels.add("timeseries", "Connections held up by a closed window", "short",
             {{rates("side", "netlat_tcp_zero_window_seconds_total"),
               "by the {{side}}"}});
  panels.add("timeseries", "Octets from zone to zone, a second", "Bps",
             {{rates("src_zone, dst_zone", "netlat_inter_zone_bytes_total"),
               "{{src_zone}} to {{dst_zone}}"}});
}

void add_objectives(Panels& panels, std::span<const Objective> objectives) {
  std::vector<Target> burn;
  for (const Objective& o : objectives) {
    burn.push_back(
        {fmt::format("netlat:slo_error:ratio1h{{slo={}}} / {:.6g}",
                     promql_string(one_line(o.text)), o.budget()),
         one_line(o.text) +
             (o.every_pair() ? ", {{src_zone}} to {{dst_zone}}" : "")});
  }
  panels.add("timeseries", "Burn rate over an hour; 1 uses the budget up",
             "short", burn);
  panels.add("stat", "Objectives broken now, as captures see it", "short",
             {{"max by (slo) (netlat_slo_broken)", "{{slo}}"}});
}

}  // namespace

std::string slo_dashboard(std::span<const Objective> objectives) {
  Panels panels;
  if (!objectives.empty()) add_objectives(panels, objectives);
  add_times(panels);
  add_matrix(panels);
  add_troubles(panels);
  add_causes(panels);
  const Json source = {{"type", "datasource"},
                       {"name", "datasource"},
                       {"label", "Data source"},
                       {"query", "prometheus"}};
  const Json model = {
      {"id", nullptr},
      {"uid", "netlat"},
      {"title", "netlat"},
      {"tags", {"netlat"}},
      {"schemaVersion", 39},
      {"refresh", "30s"},
      {"time", {{"from", "now-1h"}, {"to", "now"}}},
      {"templating", {{"list", Json::array({source})}}},
      {"panels", panels.take()},
  };
  return model.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace netlat
