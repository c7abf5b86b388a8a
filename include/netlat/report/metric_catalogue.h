#pragma once
// Every metric there is: name, unit, labels and meaning.  What is exposed, the
// manual page and the rules are all held against this one table.

#include <cstdint>
#include <span>
#include <string_view>

#include "netlat/report/metric_set.h"

namespace netlat {

enum class Metric : std::uint8_t {
  tcp_rtt,
  tcp_handshake,
  request_service,
  request_wire,
  tcp_packets,
  tcp_payload_bytes,
  tcp_data_segments,
  tcp_retransmitted_segments,
  tcp_retransmitted_bytes,
  tcp_spurious_segments,
  tcp_lost_segments,
  tcp_syn_retransmits,
  tcp_out_of_order_segments,
  tcp_duplicate_acks,
  tcp_zero_window,
  tcp_resets,
  tcp_connects,
  tcp_connect_failures,
  flow_packets,
  flow_bytes,
  inter_zone_bytes,
  zone_lookups,
  flows_active,
  flows_opened,
  flows_closed,
  half_open_active,
  flow_table_bytes,
  flow_table_evictions,
  capture_packets,
  capture_received,
  capture_dropped,
  capture_interface_restarts,
  last_packet,
  slo_bad,
  slo_events,
  slo_burn_rate,
  slo_broken,
  slo_times_broken,
  slo_unwatched,
  probe_rtt,
  probe_target_probes,
  probe_reached,
  probe_hop_rtt,
  probe_hop_loss,
  probe_path_changes,
  probe_path_id,
  metrics_label_sets_refused,
  metrics_snapshots_missed,
  recorder_packets,
  recorder_bytes,
  recorder_files,
  recorder_failures,
  remote_write_sent,
  remote_write_lost,
  remote_write_pending,
  build_info,
  process_cpu,
  process_memory,
  process_start,
};
inline constexpr std::size_t kMetrics =
    static_cast<std::size_t>(Metric::process_start) + 1;

struct MetricDescription {
  Metric metric;
  std::string_view name;
  MetricType type;
  std::string_view unit;
  std::string_view help;
  /// Separated by spaces; "PATH" stands for what TCP is told apart by, "WAY"
  /// for what packets are.
  std::string_view labels;
};

/// In the order of Metric, which is that of their exposition.
std::span<const MetricDescription> metric_catalogue();
const MetricDescription& describe(Metric metric);

/// The family of `metric` without series.
MetricFamily empty_family(Metric metric);

}  // namespace netlat
