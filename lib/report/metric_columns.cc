#include "lib/report/metric_columns.h"

#include "netlat/measure/vocabulary.h"

namespace netlat {

namespace {

using Row = IntervalStats;

template <auto Member>
std::uint64_t plain(const Row& row) {
  return row.*Member;
}
template <auto Member>
std::uint64_t trouble(const Row& row) {
  return row.trouble.*Member;
}

template <RetransmitCause Cause>
constexpr MetricColumn sent_again() {
  return {Metric::tcp_retransmitted_segments, word(Cause), [](const Row& row) {
            return row.trouble.by_cause[static_cast<std::size_t>(Cause)];
          }};
}
template <ConnectFailure Why>
constexpr MetricColumn failed(std::string_view reason) {
  return {Metric::tcp_connect_failures, reason, [](const Row& row) {
            return row.failures[static_cast<std::size_t>(Why)];
          }};
}
template <Dir Side>
constexpr MetricColumn shut(std::string_view side) {
  return {
      Metric::tcp_zero_window, side, [](const Row& row) {
        return static_cast<std::uint64_t>(
            row.trouble.zero_window[static_cast<std::size_t>(Side)].count());
      }};
}
template <Dir By>
constexpr MetricColumn reset(std::string_view by) {
  return {Metric::tcp_resets, by, [](const Row& row) {
            return row.resets[static_cast<std::size_t>(By)];
          }};
}

constexpr MetricColumn kColumns[] = {
    {Metric::tcp_packets, "", plain<&Row::packets>},
    {Metric::tcp_payload_bytes, "", plain<&Row::bytes>},
    {Metric::tcp_data_segments, "", plain<&Row::segments>},
    sent_again<RetransmitCause::syn_timer>(),
    sent_again<RetransmitCause::persist>(),
    sent_again<RetransmitCause::fast>(),
    sent_again<RetransmitCause::timeout_recovery>(),
    sent_again<RetransmitCause::tlp>(),
    sent_again<RetransmitCause::rto>(),
    sent_again<RetransmitCause::tlp_or_rto>(),
    sent_again<RetransmitCause::pmtud>(),
    sent_again<RetransmitCause::unknown>(),
    {Metric::tcp_retransmitted_bytes, "",
     trouble<&TroubleCounts::retransmitted_bytes>},
    {Metric::tcp_spurious_segments, "", trouble<&TroubleCounts::spurious>},
    {Metric::tcp_lost_segments, "", plain<&Row::lost>},
    {Metric::tcp_syn_retransmits, "", plain<&Row::syn_retransmits>},
    {Metric::tcp_out_of_order_segments, "", plain<&Row::reordered>},
    {Metric::tcp_duplicate_acks, "", trouble<&TroubleCounts::dup_acks>},
    shut<Dir::c2s>("client"),
    shut<Dir::s2c>("server"),
    reset<Dir::c2s>("client"),
    reset<Dir::s2c>("server"),
    {Metric::tcp_connects, "", plain<&Row::connects>},
    failed<ConnectFailure::reset>("reset"),
    failed<ConnectFailure::timeout>("timeout"),
    failed<ConnectFailure::icmp>("icmp"),
};

constexpr bool every_cause_is_there() {
  std::size_t n = 0;
  for (const MetricColumn& column : kColumns) {
    n += column.metric == Metric::tcp_retransmitted_segments;
  }
  return n == kRetransmitCauses;
}
static_assert(every_cause_is_there());

}  // namespace

std::span<const MetricColumn> metric_columns() {
  return kColumns;
}

}  // namespace netlat
