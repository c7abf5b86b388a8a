#pragma once
// Records filled by hand, as a capture of an incident could have filled them.

#include "netlat/measure/flow_record.h"
#include "netlat/report/analysis_report.h"

namespace netlat::test {

inline IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}
constexpr Nanos us(std::int64_t n) {
  return std::chrono::microseconds(n);
}
/// Quantiles given in microseconds.
inline Quantiles quantiles(std::uint64_t n, std::int64_t p50, std::int64_t p95,
                           std::int64_t p99) {
  return {n,       us(p50 / 2), us(p50),    us((p50 + p95) / 2),
          us(p95), us(p99),     us(p99 * 2)};
}

/// A connection with loss, TLS and two tunnels; every field differs from its
/// default.
FlowRecord lossy_flow();
/// A connection of which nothing but its first packet is known.
FlowRecord bare_flow();

// Whole answers: an incident seen beside the clients; the same servers with
// IPv6 addresses; fifty services; a single connection cut short; a capture
// without TCP; and one in which every text is hostile.
AnalysisReport incident_report();
AnalysisReport ipv6_report();
AnalysisReport fifty_services_report();
AnalysisReport one_flow_report();
AnalysisReport no_tcp_report();
AnalysisReport hostile_report();

}  // namespace netlat::test
