#include "netlat/report/capture_metrics.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "netlat/report/messages.h"
#include "netlat/report/metric_catalogue.h"

namespace netlat {

namespace {

void add(MetricSet& set, Metric metric, double value) {
  MetricFamily family = empty_family(metric);
  family.series.push_back({{}, value, std::nullopt});
  set.push_back(std::move(family));
}

void add(MetricSet& set, Metric metric, std::uint64_t value) {
  add(set, metric, static_cast<double>(value));
}

struct Labelled {
  const char* label;
  std::uint64_t value;
};

void add(MetricSet& set, Metric metric, std::initializer_list<Labelled> rows) {
  MetricFamily family = empty_family(metric);
  const std::string name(describe(metric).labels);
  for (const Labelled& row : rows) {
    family.series.push_back(
        {{{name, row.label}}, static_cast<double>(row.value), std::nullopt});
  }
  set.push_back(std::move(family));
}

double seconds(Nanos duration) {
  return std::chrono::duration<double>(duration).count();
}

void append_flows(const CaptureNumbers& n, MetricSet& set) {
  const auto& closed = n.closed;
  add(set, Metric::flows_active, n.flows_active);
  add(set, Metric::flows_opened, n.flow.connections);
  static_assert(kCloseReasons == 6);
  add(set, Metric::flows_closed,
      {{"fin", closed[0]},
       {"rst", closed[1]},
       {"idle", closed[2]},
       {"evicted", closed[3]},
       {"open", closed[4]},
       {"unanswered", closed[5]}});
  add(set, Metric::half_open_active, n.flow.half_open);
  add(set, Metric::flow_table_bytes, n.flow_bytes);
  add(set, Metric::flow_table_evictions,
      {{"connection", n.flow.evicted},
       {"half_open", n.flow.half_open_evicted}});
}

void append_zones(const CaptureNumbers& n, MetricSet& set) {
  if (!n.zone_lookups) return;
  const auto& by_status = *n.zone_lookups;
  add(set, Metric::zone_lookups,
      {{"unknown", by_status[0]},
       {"known", by_status[1]},
       {"ambiguous", by_status[2]}});
}

void append_packets(const CaptureNumbers& n, MetricSet& set) {
  const PacketAccount& a = n.account;
  add(set, Metric::capture_packets,
      {{"tcp", a.tcp},
       {"udp", a.udp},
       {"icmp", a.icmp},
       {"other", a.other},
       {"truncated", a.truncated},
       {"malformed", a.malformed},
       {"too_deep", a.too_deep},
       {"unsupported_link", a.unsupported_link},
       {"filtered", a.filtered},
       {"duplicate", a.duplicates}});
  add(set, Metric::capture_received, n.received);
  if (n.interface_drops) {
    add(set, Metric::capture_dropped,
        {{"kernel", n.kernel_drops}, {"interface", *n.interface_drops}});
  } else {
    add(set, Metric::capture_dropped, {{"kernel", n.kernel_drops}});
  }
  add(set, Metric::capture_interface_restarts, n.restarts);
  if (n.last_packet) {
    add(set, Metric::last_packet, seconds(n.last_packet->time_since_epoch()));
  }
}

void append_self(const CaptureNumbers& n, MetricSet& set) {
  add(set, Metric::metrics_label_sets_refused, n.refused);
  add(set, Metric::metrics_snapshots_missed, n.missed);
  if (n.recorder) {
    add(set, Metric::recorder_packets, n.recorder->packets);
    add(set, Metric::recorder_bytes, n.recorder->bytes);
    add(set, Metric::recorder_files, n.recorder->files);
    add(set, Metric::recorder_failures, n.recorder->failures);
  }
  add(set, Metric::build_info, {{NETLAT_VERSION, 1}});
  add(set, Metric::process_cpu, seconds(n.processor));
  add(set, Metric::process_memory, n.memory);
  add(set, Metric::process_start, seconds(n.started.time_since_epoch()));
}

}  // namespace

std::size_t close_reason(const FlowRecord& flow) {
  constexpr std::size_t kUnanswered = kCloseReasons - 1;
  const bool unanswered = flow.handshake.outcome == HandshakeOutcome::timeout &&
                          flow.s2c.packets == 0;
  return unanswered ? kUnanswered : static_cast<std::size_t>(flow.end);
}

void append_capture_metrics(const CaptureNumbers& numbers, MetricSet& set) {
  append_zones(numbers, set);
  append_flows(numbers, set);
  append_packets(numbers, set);
  append_self(numbers, set);
}

void append_objective_metrics(const ObjectiveSet& objectives, MetricSet& set) {
  MetricFamily bad = empty_family(Metric::slo_bad),
               events = empty_family(Metric::slo_events),
               burn = empty_family(Metric::slo_burn_rate),
               broken = empty_family(Metric::slo_broken),
               times = empty_family(Metric::slo_times_broken);
  for (const ObjectiveWatch& watch : objectives.watches()) {
    const ObjectiveState& state = watch.state();
    const std::string slo = one_line(watch.objective().text);
    const auto put = [&](MetricFamily& family, double value) {
      family.series.push_back({{{"slo", slo}}, value, std::nullopt});
    };
    put(bad, static_cast<double>(state.bad));
    put(events, static_cast<double>(state.events));
    put(broken, state.verdict == ObjectiveVerdict::broken ? 1 : 0);
    put(times, static_cast<double>(state.times_broken));
    if (state.burn) {
      put(burn, *state.burn);
      burn.series.back().labels.push_back({"window", "long"});
    }
    if (state.burn_lately) {
      put(burn, *state.burn_lately);
      burn.series.back().labels.push_back({"window", "short"});
    }
  }
  for (MetricFamily* family : {&bad, &events, &burn, &broken, &times}) {
    set.push_back(std::move(*family));
  }
  add(set, Metric::slo_unwatched, objectives.unwatched());
}

void append_remote_write_metrics(const RemoteWriteNumbers& numbers,
                                 MetricSet& set) {
  add(set, Metric::remote_write_sent, numbers.sent);
  add(set, Metric::remote_write_lost, numbers.lost);
  add(set, Metric::remote_write_pending, numbers.pending);
}

}  // namespace netlat
