#include "netlat/term/order.h"

#include <array>

#include "netlat/term/snapshot.h"

namespace netlat {

namespace {

double p99_or_less(const Quantiles& q) {
  return q.n == 0 ? -1 : static_cast<double>(q.highest_of(q.n).count());
}

double share(std::uint64_t part, std::uint64_t of) {
  return of == 0 ? -1 : static_cast<double>(part) / static_cast<double>(of);
}

}  // namespace

std::string_view to_word(Order order) {
  constexpr std::array<std::string_view, kOrders> kWords = {"p99 round trip",
                                                            "median round trip",
                                                            "p99 service time",
                                                            "repeats",
                                                            "bytes",
                                                            "latest"};
  return kWords[static_cast<std::size_t>(order)];
}

double rank(const TrafficRow& row, Order order) {
  const RowValues& v = row.values;
  switch (order) {
    case Order::p99:
      return p99_or_less(v.network);
    case Order::p50:
      return v.network.n == 0 ? -1 : static_cast<double>(v.network.p50.count());
    case Order::service:
      return p99_or_less(v.service);
    case Order::retransmits:
      return share(v.counts.retransmits, v.counts.segments);
    case Order::bytes:
    case Order::recent:
      break;
  }
  return static_cast<double>(v.counts.bytes);
}

double rank(const FlowRow& flow, Order order) {
  switch (order) {
    case Order::p99:
      return p99_or_less(shown_rtt_of(flow).quantiles());
    case Order::p50: {
      const BriefTimes& rtt = shown_rtt_of(flow);
      return rtt.n == 0 ? -1 : static_cast<double>(rtt.p50);
    }
    case Order::service:
      return p99_or_less(flow.service.quantiles());
    case Order::retransmits:
      return share(std::uint64_t{flow.c2s.retransmits} + flow.s2c.retransmits,
                   std::uint64_t{flow.c2s.segments} + flow.s2c.segments);
    case Order::bytes:
      return static_cast<double>(flow.c2s.bytes + flow.s2c.bytes);
    case Order::recent:
      break;
  }
  return static_cast<double>(to_ns(flow.end_time));
}

bool matches(const Where& where, const FlowRow& flow) {
  WhereLabels labels;
  labels.client_zone = flow.client_zone;
  labels.server_zone = flow.server_zone;
  return where.matches(flow.flow_record(), labels);
}

}  // namespace netlat
