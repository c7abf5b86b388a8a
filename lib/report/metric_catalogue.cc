#include "netlat/report/metric_catalogue.h"

#include <array>

namespace netlat {

namespace {

constexpr auto kCounter = MetricType::counter;
constexpr auto kGauge = MetricType::gauge;
constexpr auto kHistogram = MetricType::histogram;

constexpr std::array<MetricDescription, kMetrics> kCatalogue = {{
    {Metric::tcp_rtt, "netlat_tcp_rtt_seconds", kHistogram, "seconds",
     "Round trips from the capture point to that half's end, network alone.",
     "PATH half"},
    {Metric::tcp_handshake, "netlat_tcp_handshake_seconds", kHistogram,
     "seconds", "First SYN to first ACK, retries included.", "PATH"},
    {Metric::request_service, "netlat_request_service_seconds", kHistogram,
     "seconds",
     "Last octet of a request to first of its response, less the network.",
     "PATH"},
    {Metric::request_wire, "netlat_request_wire_seconds", kHistogram, "seconds",
     "First octet of a request to last of its response.", "PATH"},
    {Metric::tcp_packets, "netlat_tcp_packets_total", kCounter, "",
     "TCP packets of both directions.", "PATH"},
    {Metric::tcp_payload_bytes, "netlat_tcp_payload_bytes_total", kCounter,
     "bytes", "TCP payload of both directions, each octet once.", "PATH"},
    {Metric::tcp_data_segments, "netlat_tcp_data_segments_total", kCounter, "",
     "Segments with payload as they were on the wire.", "PATH"},
    {Metric::tcp_retransmitted_segments,
     "netlat_tcp_retransmitted_segments_total", kCounter, "",
     "Segments sent again, by what made the sender do so.", "PATH kind"},
    {Metric::tcp_retransmitted_bytes, "netlat_tcp_retransmitted_bytes_total",
     kCounter, "bytes", "TCP payload sent again.", "PATH"},
    {Metric::tcp_spurious_segments, "netlat_tcp_spurious_retransmissions_total",
     kCounter, "",
     "Of the segments sent again those that were proven needless, counted when "
     "they were.",
     "PATH"},
    {Metric::tcp_lost_segments, "netlat_tcp_lost_segments_total", kCounter, "",
     "Segments lost, of which there is strong evidence.", "PATH"},
    {Metric::tcp_syn_retransmits, "netlat_tcp_syn_retransmits_total", kCounter,
     "", "SYNs and SYN-ACKs sent again; they are segments sent again, too.",
     "PATH"},
    {Metric::tcp_out_of_order_segments,
     "netlat_tcp_out_of_order_segments_total", kCounter, "",
     "Segments overtaken by later ones on the way.", "PATH"},
    {Metric::tcp_duplicate_acks, "netlat_tcp_duplicate_acks_total", kCounter,
     "", "ACKs that repeat the one before, as a receiver sends for a hole.",
     "PATH"},
    {Metric::tcp_zero_window, "netlat_tcp_zero_window_seconds_total", kCounter,
     "seconds",
     "How long that side took no data, its window closed, all connections "
     "together.",
     "PATH side"},
    {Metric::tcp_resets, "netlat_tcp_resets_total", kCounter, "",
     "Packets that reset a connection.", "PATH by"},
    {Metric::tcp_connects, "netlat_tcp_connects_total", kCounter, "",
     "Connections set up.", "PATH"},
    {Metric::tcp_connect_failures, "netlat_tcp_connect_failures_total",
     kCounter, "", "Connections refused, or given up without an answer.",
     "PATH reason"},
    {Metric::flow_packets, "netlat_flow_packets_total", kCounter, "",
     "Packets of every transport.", "WAY transport"},
    {Metric::flow_bytes, "netlat_flow_bytes_total", kCounter, "bytes",
     "Octets of these on the link.", "WAY transport"},
    {Metric::inter_zone_bytes, "netlat_inter_zone_bytes_total", kCounter,
     "bytes", "Octets on the link from one known zone to another.",
     "src_zone dst_zone"},
    {Metric::zone_lookups, "netlat_zone_lookups_total", kCounter, "",
     "Addresses looked up in the zone map, by what it says of them.", "result"},
    {Metric::flows_active, "netlat_flows_active", kGauge, "",
     "TCP connections watched now.", ""},
    {Metric::flows_opened, "netlat_flows_opened_total", kCounter, "",
     "TCP connections and attempts ever watched.", ""},
    {Metric::flows_closed, "netlat_flows_closed_total", kCounter, "",
     "TCP connections and attempts no longer watched, by their end.", "reason"},
    {Metric::half_open_active, "netlat_flows_half_open", kGauge, "",
     "Attempts to connect that nobody has answered yet.", ""},
    {Metric::flow_table_bytes, "netlat_flow_table_bytes", kGauge, "bytes",
     "Memory that connections take.", ""},
    {Metric::flow_table_evictions, "netlat_flow_table_evictions_total",
     kCounter, "", "Connections given up for want of memory.", "state"},
    {Metric::capture_packets, "netlat_capture_packets_total", kCounter, "",
     "Packets read, by what became of them.", "verdict"},
    {Metric::capture_received, "netlat_capture_packets_received_total",
     kCounter, "", "Packets that the kernel had for netlat, drops included.",
     ""},
    {Metric::capture_dropped, "netlat_capture_packets_dropped_total", kCounter,
     "", "Packets lost before netlat could read them.", "where"},
    {Metric::capture_interface_restarts,
     "netlat_capture_interface_restarts_total", kCounter, "",
     "Interfaces opened again after they had vanished.", ""},
    {Metric::last_packet, "netlat_last_packet_timestamp_seconds", kGauge,
     "seconds", "When the last packet was captured.", ""},
    {Metric::slo_bad, "netlat_slo_bad_events", kGauge, "",
     "Events in the objective's window that it counts as bad.", "slo"},
    {Metric::slo_events, "netlat_slo_events", kGauge, "",
     "Events in the objective's window.", "slo"},
    {Metric::slo_burn_rate, "netlat_slo_burn_rate", kGauge, "",
     "Share of bad events over the share allowed.", "slo window"},
    {Metric::slo_broken, "netlat_slo_broken", kGauge, "",
     "1 while the objective is broken, else 0.", "slo"},
    {Metric::slo_times_broken, "netlat_slo_times_broken_total", kCounter, "",
     "How often the objective was broken.", "slo"},
    {Metric::slo_unwatched, "netlat_slo_unwatched", kGauge, "",
     "Objectives, one for each pair of zones, beyond the 256 watched.", ""},
    {Metric::probe_rtt, "netlat_probe_rtt_seconds", kHistogram, "seconds",
     "Round trips to the target.", "target protocol"},
    {Metric::probe_target_probes, "netlat_probe_target_probes_total", kCounter,
     "", "Probes to the target, by what became of them.",
     "target protocol outcome"},
    {Metric::probe_reached, "netlat_probe_reached", kGauge, "",
     "1 if the target answered lately, else 0.", "target protocol"},
    {Metric::probe_hop_rtt, "netlat_probe_hop_rtt_seconds", kGauge, "seconds",
     "Median round trip to a hop lately.", "target protocol ttl"},
    {Metric::probe_hop_loss, "netlat_probe_hop_loss_ratio", kGauge, "ratio",
     "Loss of the path up to a hop lately, where it can be told.",
     "target protocol ttl"},
    {Metric::probe_path_changes, "netlat_probe_path_changes_total", kCounter,
     "", "Changes of route seen.", "target protocol"},
    {Metric::probe_path_id, "netlat_probe_path_id", kGauge, "",
     "A number for the sequence of hops of the first flow.", "target protocol"},
    {Metric::metrics_label_sets_refused,
     "netlat_metrics_label_sets_refused_total", kCounter, "",
     "Times that traffic was counted as \"other\" because there are as many "
     "series as there may be.",
     ""},
    {Metric::metrics_snapshots_missed, "netlat_metrics_snapshots_missed_total",
     kCounter, "", "Snapshots that the publishing process had no room for.",
     ""},
    {Metric::recorder_packets, "netlat_recorder_packets", kGauge, "",
     "Packets that the flight recorder holds.", ""},
    {Metric::recorder_bytes, "netlat_recorder_bytes", kGauge, "bytes",
     "Octets of packets that the flight recorder holds.", ""},
    {Metric::recorder_files, "netlat_recorder_files_total", kCounter, "",
     "Files that the flight recorder wrote.", ""},
    {Metric::recorder_failures, "netlat_recorder_failures_total", kCounter, "",
     "Files that the flight recorder could not write.", ""},
    {Metric::remote_write_sent, "netlat_remote_write_sent_samples_total",
     kCounter, "", "Samples that the receiver of remote write took.", ""},
    {Metric::remote_write_lost, "netlat_remote_write_lost_samples_total",
     kCounter, "", "Samples given up: refused, or too many waited.", ""},
    {Metric::remote_write_pending, "netlat_remote_write_pending_samples",
     kGauge, "", "Samples that wait to be sent.", ""},
    {Metric::build_info, "netlat_build_info", kGauge, "",
     "Always 1; its labels say which netlat this is.", "version"},
    {Metric::process_cpu, "process_cpu_seconds_total", kCounter, "seconds",
     "Processor time of the process that measures.", ""},
    {Metric::process_memory, "process_resident_memory_bytes", kGauge, "bytes",
     "Memory of the process that measures.", ""},
    {Metric::process_start, "process_start_time_seconds", kGauge, "seconds",
     "When the process that measures started.", ""},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kCatalogue.size(); ++i) {
    if (static_cast<std::size_t>(kCatalogue[i].metric) != i) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

std::span<const MetricDescription> metric_catalogue() {
  return kCatalogue;
}

const MetricDescription& describe(Metric metric) {
  return kCatalogue[static_cast<std::size_t>(metric)];
}

MetricFamily empty_family(Metric metric) {
  const MetricDescription& d = describe(metric);
  return {std::string(d.name),
          std::string(d.help),
          std::string(d.unit),
          d.type,
          {}};
}

}  // namespace netlat
