// Times, loss and setup by service.

#include <fmt/format.h>

#include <algorithm>

#include "lib/report/text_sections.h"
#include "netlat/measure/shown_half.h"
#include "netlat/measure/vocabulary.h"
#include "netlat/report/number_text.h"
#include "netlat/report/standout.h"

namespace netlat {

namespace {

constexpr std::size_t kWide = 100;      // room for ACK latency
constexpr std::size_t kVeryWide = 120;  // and for names
constexpr std::size_t kShortestAddress = 16;

// The other half earns a line of its own from a tenth of the longer one on.
bool worth_a_line(const Quantiles& other, const Quantiles& shown) {
  if (other.n == 0) return false;
  const std::uint64_t both = std::min(other.n, shown.n);
  return other.highest_of(both) * 10 >= shown.highest_of(both);
}

std::vector<TextColumn> time_columns(std::size_t width) {
  std::vector<TextColumn> columns = {
      {"SERVER", Align::left, "", kShortestAddress},
      {"CONNS"},
      {"REQS"},
      {"HALF", Align::left, "network RTT"}};
  const auto percentiles = [&](const char* group) {
    for (const char* p : {"p50", "p95", "p99"}) {
      columns.push_back({p, Align::right, group});
    }
  };
  percentiles("network RTT");
  if (width >= kWide) percentiles("ACK latency");
  percentiles("service time");
  if (width >= kVeryWide) {
    columns.push_back({"NAME", Align::left, "", 0, true});
  }
  return columns;
}

// One line a half: the first has what both share.
void add_half(const ServiceRow& s, Half half, bool first, std::size_t width,
              TextTable& table) {
  const bool server = half == Half::server;
  const HalfRtt& rtt = server ? s.server_rtt : s.client_rtt;
  std::vector<TextCell> cells;
  cells.push_back({first ? server_text(s.server, s.port) : "", false});
  cells.push_back({first ? count_text(s.connections) : "", false});
  cells.push_back({first ? count_text(s.requests) : "", false});
  cells.push_back({server ? "srv" : "cli", false});
  add_percentiles(rtt.network, cells);
  if (width >= kWide) add_percentiles(rtt.ack, cells);
  if (first) {
    add_percentiles(s.service, cells);
  } else {
    cells.resize(cells.size() + 3);
  }
  if (width >= kVeryWide) cells.push_back({first ? s.name.str() : "", false});
  const bool marked =
      tail_stands_out(rtt.network) || (first && tail_stands_out(s.service));
  table.add_row(marked, std::move(cells));
}

// Where it was lost, with how much certainty, and how connects failed.
std::string lost_where(const ServiceRow& s) {
  const LossCounts& loss = s.loss;
  std::vector<std::string> parts;
  const auto part = [&](std::uint64_t n, const std::string& what) {
    if (n > 0) parts.push_back(count_text(n) + what);
  };
  const std::string sure = loss.confidence == Confidence::none
                               ? ""
                               : fmt::format(" ({})", word(loss.confidence));
  part(loss.lost_server_side, " lost on server side" + sure);
  part(loss.lost_client_side, " lost on client side" + sure);
  part(loss.needless, " needless");
  if (parts.empty() && loss.retransmits > 0) {
    parts.push_back("where lost: insufficient data");
  }
  part(s.refused, " refused");
  part(s.unanswered, " unanswered");
  return fmt::format("{}", fmt::join(parts, ", "));
}

bool nothing_lost(const ServiceRow& s) {
  return s.loss.retransmits == 0 && s.loss.lost_server_side == 0 &&
         s.loss.lost_client_side == 0 && s.refused == 0 && s.unanswered == 0;
}

void add_loss_row(const ServiceRow& s, TextTable& table) {
  const PercentileCells connect = percentile_cells(s.connect);
  const std::uint64_t failed = s.refused + s.unanswered;
  table.add_row(loss_stands_out(s.loss) || failed > 0,
                {{server_text(s.server, s.port), false},
                 {count_text(s.loss.segments), false},
                 {count_text(s.loss.retransmits), false},
                 {percent_text(s.loss.retransmits, s.loss.segments),
                  loss_stands_out(s.loss)},
                 {connect.p50, false},
                 {connect.p99, false},
                 {failed == 0 ? "-" : count_text(failed), failed > 0},
                 {lost_where(s), false}});
}

}  // namespace

std::string time_section(const AnalysisReport& report, const TextStyle& style,
                         std::size_t top) {
  if (report.services.empty()) {
    std::uint64_t tcp = 0;
    for (const CaptureRecord& f : report.files) tcp += f.account.tcp;
    return tcp == 0
               ? "no TCP packets: no network or service time to report\n"
               : "insufficient data: no connection among the TCP packets\n";
  }
  TextTable table(time_columns(style.width));
  const std::size_t shown = std::min(top, report.services.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const ServiceRow& s = report.services[i];
    const Half longer = shown_half(s.server_rtt, s.client_rtt);
    const Half other = longer == Half::server ? Half::client : Half::server;
    const HalfRtt& beside = other == Half::server ? s.server_rtt : s.client_rtt;
    add_half(s, longer, true, style.width, table);
    if (worth_a_line(beside.network, shown_rtt(s).network)) {
      add_half(s, other, false, style.width, table);
    }
  }
  return table.render("NETWORK AND SERVICE TIME, ms", style) +
         more_line(report.services.size(), shown, "services") +
         " srv: capture point to server and back; cli: to client and back\n";
}

std::string loss_section(const AnalysisReport& report, const TextStyle& style,
                         std::size_t top) {
  if (report.services.empty()) return {};
  TextTable table({{"SERVER", Align::left, "", kShortestAddress},
                   {"SEGMENTS"},
                   {"RETX"},
                   {"RATE"},
                   {"p50", Align::right, "connect"},
                   {"p99", Align::right, "connect"},
                   {"FAILED"},
                   {"what happened", Align::left, "", 0, true}});
  std::size_t clean = 0, lossy = 0;
  std::uint64_t clean_segments = 0;
  for (const ServiceRow& s : report.services) {
    if (nothing_lost(s)) {
      ++clean;
      clean_segments += s.loss.segments;
    } else if (++lossy <= top) {
      add_loss_row(s, table);
    }
  }
  const std::string title = "LOSS AND SETUP, ms";
  std::string out = table.empty() ? heading_text(title, style) + '\n'
                                  : table.render(title, style);
  out += more_line(lossy, std::min(lossy, top), "with loss");
  if (clean > 0) {
    out += fmt::format(" no loss or failed connect seen at {}, {} segments\n",
                       plural(clean, "service"), count_text(clean_segments));
  }
  return out + wrapped_text(drops_text(report), 1, style.width);
}

}  // namespace netlat
