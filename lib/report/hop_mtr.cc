// The shapes of mtr 0.95, for programs that read its reports: JSON with its
// keys in milliseconds, CSV with its columns.  Numbers are ours: a probe that
// is still on its way is not lost, a mean is not truncated.  The text, for
// people who compare, has mtr's numbers.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "lib/report/hop_words.h"
#include "netlat/base/safe_text.h"
#include "netlat/report/csv.h"
#include "netlat/report/hop_report.h"

namespace netlat {

namespace {

constexpr const char* kUnknown = "???";

// Columns of mtr's report before its first number.
constexpr std::size_t kMtrPlace = 33;

double of_us(std::int64_t us) {
  return static_cast<double>(us) / 1e3;
}
double ms(double ns) {
  return ns / 1e6;
}
double ms(Nanos duration) {
  return ms(static_cast<double>(duration.count()));
}

// As mtr writes it, in local time.
std::string start_text(Nanos wall) {
  const std::time_t seconds = wall.count() / 1'000'000'000;
  std::tm local{};
  localtime_r(&seconds, &local);
  std::array<char, 32> text{};
  (void)std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S%z", &local);
  return text.data();
}

std::string host_of(const HopReport& report, const HopRow& row) {
  if (!row.address) return kUnknown;
  const auto name = report.names.find(*row.address);
  return name == report.names.end() ? row.address->text() : name->second;
}

double lost_percent(const HopRow& row) {
  if (row.sent == 0) return 0;
  return 100 * static_cast<double>(row.expired) / static_cast<double>(row.sent);
}

// JSON text; names are untrusted.
std::string quoted(std::string_view octets) {
  std::string out = "\"";
  for (const char c : octets) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x20 || u > 0x7e || c == '"' || c == '\\') {
      out += fmt::format("\\u{:04x}", u);
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

std::string hop_mtr_text(const HopReport& report) {
  const PathReport& path = report.path;
  const std::string source =
      path.lanes.empty() ? kUnknown : path.lanes.front().source.text();
  std::vector<std::string> places = {"HOST: " + source};
  for (const HopRow& row : report.rows) {
    if (row.former) continue;
    places.push_back(fmt::format("{:3}.|-- {}", row.ttl,
                                 SafeText(host_of(report, row)).str()));
  }
  std::size_t width = kMtrPlace;
  for (const std::string& place : places) width = std::max(width, place.size());
  std::string out = "Start: " + start_text(path.started) + '\n';
  out += fmt::format(
      "{:<{}} Loss%   Snt   Last   Avg  Best  Wrst StDev  Gmean Jttr Javg Jmax "
      "Jint\n",
      places.front(), width);
  std::size_t at = 1;
  for (const HopRow& row : report.rows) {
    if (row.former) continue;
    const MtrStatistics& m = row.mtr;
    out += fmt::format(
        "{:<{}}{:5.1f}%{:6} {:6.1f}{:6.1f}{:6.1f}{:6.1f}{:6.1f} {:6.1f}{:5.1f}"
        "{:5.1f}{:5.1f}{:5.1f}\n",
        places[at++], width, lost_percent(row), row.sent, of_us(m.last),
        of_us(m.mean), of_us(m.best), of_us(m.worst), m.deviation() / 1e3,
        of_us(m.geometric_mean), of_us(m.jitter), of_us(m.jitter_mean),
        of_us(m.jitter_worst), of_us(m.interarrival_jitter));
  }
  return out;
}

std::string hop_mtr_json(const HopReport& report) {
  const PathReport& path = report.path;
  const ProbePlan& plan = path.plan;
  const std::string source =
      path.lanes.empty() ? kUnknown : path.lanes.front().source.text();
  std::string out = fmt::format(
      "{{\"report\":{{\"mtr\":{{\"src\":{},\"dst\":{},\"tos\":{},\"tests\":{},"
      "\"psize\":\"{}\",\"bitpattern\":\"0x00\"}},\"hubs\":[",
      quoted(source), quoted(target_name(plan)), plan.dscp << 2, plan.rounds,
      plan.size);
  bool first = true;
  for (const HopRow& row : report.rows) {
    if (row.former) continue;
    const auto totals = row.rtt.histogram().quantiles();
    out += fmt::format(
        "{}{{\"count\":{},\"host\":{},\"Loss%\":{:.3f},\"Snt\":{},"
        "\"Last\":{:.3f},\"Avg\":{:.3f},\"Best\":{:.3f},\"Wrst\":{:.3f},"
        "\"StDev\":{:.3f}}}",
        first ? "" : ",", row.ttl, quoted(host_of(report, row)),
        lost_percent(row), row.sent, ms(row.rtt.last()), ms(row.rtt.mean()),
        ms(totals.min), ms(totals.max), ms(row.rtt.deviation()));
    first = false;
  }
  return out + "]}}\n";
}

std::string hop_csv_header() {
  return "Mtr_Version,Start_Time,Status,Host,Hop,Ip,Loss%,Snt, ,Last,Avg,Best,"
         "Wrst,StDev,\n";
}

void hop_csv(const HopReport& report, std::string& out) {
  const PathReport& path = report.path;
  // A table of text may end on a terminal.
  const auto cell = [](const std::string& untrusted) {
    return csv_cell(SafeText(untrusted).str());
  };
  for (const HopRow& row : report.rows) {
    if (row.former) continue;
    const auto totals = row.rtt.histogram().quantiles();
    out += fmt::format(
        "netlat." NETLAT_VERSION
        ",{},OK,{},{},{},{:.2f},{},{},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f}\n",
        path.started.count() / 1'000'000'000, cell(target_name(path.plan)),
        row.ttl, cell(host_of(report, row)), lost_percent(row), row.sent,
        row.expired, ms(row.rtt.last()), ms(row.rtt.mean()), ms(totals.min),
        ms(totals.max), ms(row.rtt.deviation()));
  }
}

}  // namespace netlat
