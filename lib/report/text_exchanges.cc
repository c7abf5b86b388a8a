// Protocols other than TCP: who was asked, how long the answers took, and what
// ICMP errors say.

#include <fmt/format.h>

#include <algorithm>

#include "lib/report/text_sections.h"
#include "netlat/report/icmp_text.h"
#include "netlat/report/number_text.h"
#include "netlat/report/standout.h"

namespace netlat {

namespace {

constexpr std::size_t kShortestAddress = 16;

const char* kind_text(ExchangeKind kind) {
  switch (kind) {
    case ExchangeKind::dns:
      return "DNS";
    case ExchangeKind::tls:
      return "TLS";
    case ExchangeKind::quic:
      return "QUIC";
    case ExchangeKind::icmp_echo:
      break;
  }
  return "ping";
}

TextCell failures(std::uint64_t n) {
  return {n > 0 ? count_text(n) : "-", n > 0};
}

// What is known of a QUIC server beside its own half of the handshake.
struct FurtherTime {
  ExchangeTime time;
  const char* name;
};
constexpr FurtherTime kFurtherTimes[] = {
    {ExchangeTime::client_half, "handshake, client's half"},
    {ExchangeTime::spin_server, "spin bit, server's half"},
    {ExchangeTime::spin_client, "spin bit, client's half"},
    {ExchangeTime::spin_end_to_end, "spin bit, end to end"},
};

void add_exchange(const ExchangeRow& e, TextTable& table) {
  const Quantiles& answer = e[ExchangeTime::answer];
  std::vector<TextCell> cells = {{kind_text(e.kind), false},
                                 {server_text(e.server, e.port), false},
                                 {count_text(e.asked), false},
                                 failures(e.unanswered),
                                 failures(e.failed)};
  add_percentiles(answer, cells);
  table.add_row(e.unanswered > 0 || e.failed > 0 || tail_stands_out(answer),
                std::move(cells));
  for (const FurtherTime& further : kFurtherTimes) {
    const Quantiles& q = e[further.time];
    if (q.n == 0) continue;
    cells = {{"", false}, {further.name, false}, {}, {}, {}};
    add_percentiles(q, cells);
    table.add_row(tail_stands_out(q), std::move(cells));
  }
}

std::string flows_text(std::size_t flows) {
  if (flows == 0) return {};
  const bool more = flows == DistinctCount::kMost;
  return fmt::format(", {} {}{}", count_text(flows), more ? "or more " : "",
                     flows == 1 ? "flow" : "flows");
}

std::string icmp_line(const IcmpErrorRow& e, const TextStyle& style) {
  const std::string from =
      e.from == IpAddress() ? "others" : "from " + e.from.text();
  return wrapped_text(
      fmt::format("!ICMP {}: {}, {}{}", from, icmp_text(e.error),
                  plural(e.count, "time"), flows_text(e.flows)),
      0, style.width);
}

}  // namespace

std::string exchange_section(const AnalysisReport& report,
                             const TextStyle& style, std::size_t top) {
  std::string out;
  if (!report.exchanges.empty()) {
    TextTable table({{"KIND", Align::left},
                     {"SERVER", Align::left, "", kShortestAddress},
                     {"ASKED"},
                     {"NO ANSWER"},
                     {"FAILED"},
                     {"p50", Align::right, "answer time"},
                     {"p95", Align::right, "answer time"},
                     {"p99", Align::right, "answer time"}});
    const std::size_t shown = std::min(top, report.exchanges.size());
    for (std::size_t i = 0; i < shown; ++i) {
      add_exchange(report.exchanges[i], table);
    }
    out = table.render("DNS, TLS, QUIC, ICMP, ms", style) +
          more_line(report.exchanges.size(), shown, "rows");
  }
  const std::size_t errors = std::min(top, report.icmp_errors.size());
  for (std::size_t i = 0; i < errors; ++i) {
    out += icmp_line(report.icmp_errors[i], style);
  }
  return out + more_line(report.icmp_errors.size(), errors, "ICMP errors");
}

}  // namespace netlat
