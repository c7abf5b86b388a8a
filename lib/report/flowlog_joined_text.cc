// Connections that both a capture and a log have seen, the slow ones first.

#include <fmt/format.h>

#include <algorithm>

#include "lib/report/flowlog_words.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

constexpr std::uint64_t kLeastForP99 = 100;

std::string_view path_text(std::uint8_t path) {
  constexpr std::string_view kPaths[] = {
      "",
      "",  // within the VPC: nothing to remark
      "by internet gateway or gateway endpoint",
      "by virtual private gateway",
      "by peering within the region",
      "by peering with another region",
      "by local gateway",
      "by gateway endpoint",
      "by internet gateway",
  };
  return path < std::size(kPaths) ? kPaths[path] : "";
}

void add(std::string& text, const std::string& remark) {
  if (!text.empty()) text += ", ";
  text += remark;
}

std::string remark_of(const JoinedFlow& joined) {
  std::string text;
  if (joined.rejected_records > 0) {
    std::string rejected = fmt::format("rejected in {} of {} records",
                                       count_text(joined.rejected_records),
                                       count_text(joined.records));
    if (!joined.reject_reason.empty()) {
      rejected += " (" + SafeText(joined.reject_reason).str() + ')';
    }
    add(text, rejected);
  }
  if (joined.other_leg) {
    add(text,
        "NATed, probably from or to " +
            endpoint_text(joined.other_leg->address, joined.other_leg->port));
  } else if (joined.via) {
    add(text, "via " + joined.via->text());
  }
  if (const auto path = path_text(joined.traffic_path); !path.empty()) {
    add(text, std::string(path));
  }
  const std::uint64_t lost =
      joined.to_server.lost().value_or(0) + joined.to_client.lost().value_or(0);
  if (lost > 0) {
    add(text, count_text(lost) + " packets lost between the interfaces");
  }
  if (joined.incomplete) add(text, "records missing");
  return text;
}

std::string zone_or_dash(const std::string& zone) {
  return zone.empty() ? "-" : SafeText(zone).str();
}

// The percentile that is shown last.
Nanos slowness(const MeasuredFlow& flow) {
  const auto& rtt =
      flow.rtt_samples < kLeastForP99 ? flow.rtt_p50 : flow.rtt_p99;
  return rtt.value_or(Nanos(-1));
}

}  // namespace

std::string joined_text(const FlowLogReport& report, const TextStyle& style) {
  const auto& flows = report.join->flows();
  std::vector<const JoinedFlow*> found;
  for (const JoinedFlow& flow : flows) {
    if (flow.records > 0) found.push_back(&flow);
  }
  std::stable_sort(
      found.begin(), found.end(), [](const JoinedFlow* a, const JoinedFlow* b) {
        const auto worth = [](const JoinedFlow* f) {
          return std::pair(f->rejected_records > 0, slowness(f->flow));
        };
        return worth(b) < worth(a);
      });
  TextTable table({{"CLIENT", Align::left, "", 17},
                   {"ZONE", Align::left, "", 8},
                   {"SERVER", Align::left, "", 17},
                   {"ZONE", Align::left, "", 8},
                   {"p50"},
                   {"p99"},
                   {"BYTES"},
                   {"LOG", Align::left, "", 0, true}});
  const auto time = [](const std::optional<Nanos>& t) {
    return t ? ms_text(*t) : std::string("-");
  };
  for (std::size_t i = 0; i < std::min(found.size(), report.top); ++i) {
    const JoinedFlow& j = *found[i];
    const MeasuredFlow& f = j.flow;
    table.add_row(j.rejected_records > 0,
                  {{endpoint_text(f.client, f.client_port)},
                   {zone_or_dash(j.client_zone)},
                   {endpoint_text(f.server, f.server_port)},
                   {zone_or_dash(j.server_zone)},
                   {time(f.rtt_p50)},
                   {f.rtt_samples < kLeastForP99 ? "-" : time(f.rtt_p99)},
                   {bytes_text(j.to_server.traffic().bytes +
                               j.to_client.traffic().bytes)},
                   {remark_of(j)}});
  }
  std::string text = "\n";
  if (!table.empty()) {
    text += table.render("IN CAPTURE AND LOG, network RTT ms", style);
  }
  text += fmt::format(" {} of {} connections of the capture are in the log\n",
                      count_text(found.size()), count_text(flows.size()));
  return text;
}

}  // namespace netlat
