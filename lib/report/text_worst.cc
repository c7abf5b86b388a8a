// The worst connections and what to do about them.

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "lib/report/text_sections.h"
#include "netlat/measure/shown_half.h"
#include "netlat/report/number_text.h"
#include "netlat/report/standout.h"
#include "netlat/report/what_happened.h"

namespace netlat {

namespace {

constexpr std::size_t kShortestEndpoint = 20;

// A name that a shell takes as one plain word, in quotes where it needs them;
// empty if it has octets that should not be pasted into a terminal.
std::string shell_word(const std::string& name) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-";
  const bool printable = std::all_of(
      name.begin(), name.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
  if (!printable || name.empty() || name == "-") return {};
  // A leading dash would be taken for an option.
  std::string word = name[0] == '-' ? "./" + name : name;
  if (word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

// The first of the candidates that fits, else the last.
std::string fitting(const std::vector<std::string>& candidates,
                    std::size_t width) {
  for (const std::string& c : candidates) {
    if (c.size() <= width) return c;
  }
  return candidates.back();
}

// A filter sees the outer packet only, so it cannot pick from a tunnel.
std::string segments_command(const FlowRecord& flow, const std::string& file,
                             std::size_t width) {
  std::string head = "netlat analyze " + file + " --segments";
  if (!flow.encap.empty()) return head;
  return fitting({fmt::format("{} --filter 'host {} and port {}'", head,
                              flow.client.text(), flow.client_port),
                  fmt::format("{} --filter 'port {}'", head, flow.client_port)},
                 width);
}

// What Wireshark needs to show this connection: its own number where both
// count alike, address and port otherwise.
std::string wireshark_filter(const FlowRecord& flow, bool same_numbers,
                             std::size_t width) {
  if (same_numbers) return fmt::format("wireshark: tcp.stream == {}", flow.id);
  return fitting(
      {fmt::format("wireshark: tcp.port == {} && {}.addr == {}",
                   flow.client_port, flow.client.is_v4() ? "ip" : "ipv6",
                   flow.client.text()),
       fmt::format("wireshark: tcp.port == {}", flow.client_port)},
      width);
}

// The path of this connection, asked for where it begins; empty where a
// carrier takes it, or the line is too long to paste.
std::string probe_command(const FlowRecord& flow, std::size_t width) {
  if (!flow.encap.empty()) return {};
  return fitting({fmt::format("at the client: netlat probe --flow {}-{}",
                              endpoint_text(flow.client, flow.client_port),
                              endpoint_text(flow.server, flow.server_port)),
                  {}},
                 width);
}

}  // namespace

std::string worst_section(const AnalysisReport& report, const TextStyle& style,
                          std::size_t top) {
  if (report.worst.empty()) return {};
  TextTable table({{"FLOW"},
                   {"CLIENT", Align::left, "", kShortestEndpoint},
                   {"SERVER", Align::left, "", kShortestEndpoint},
                   {"HALF", Align::left},
                   {"p50"},
                   {"p99"},
                   {"RETX"},
                   {"what happened", Align::left, "", 0, true}});
  const std::size_t shown = std::min(top, report.worst.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const FlowRecord& f = report.worst[i];
    const bool server = shown_half(f.server_rtt, f.client_rtt) == Half::server;
    const Quantiles& rtt = shown_rtt(f).network;
    const PercentileCells cells = percentile_cells(rtt);
    const auto retransmits = f.c2s.retransmits + f.s2c.retransmits;
    table.add_row(false, {{std::to_string(f.id), false},
                          {endpoint_text(f.client, f.client_port), false},
                          {endpoint_text(f.server, f.server_port), false},
                          {rtt.n == 0 ? "-"
                           : server   ? "srv"
                                      : "cli",
                           false},
                          {cells.p50, false},
                          {cells.p99, tail_stands_out(rtt)},
                          {count_text(retransmits), false},
                          {what_happened(f), false}});
  }
  return table.render("WORST CONNECTIONS by " + report.worst_by, style) +
         more_line(report.ranked, shown, "connections");
}

std::string next_section(const AnalysisReport& report, const TextStyle& style) {
  if (report.worst.empty() || report.files.empty()) return {};
  // There is no file to look into.
  if (report.files[0].format == "live") return {};
  const FlowRecord& flow = report.worst.front();
  const bool one_file = report.files.size() == 1;
  const std::string word =
      one_file ? shell_word(report.files[0].source) : std::string();
  const bool same_numbers = one_file && report.filter.empty() &&
                            report.files[0].account.filtered == 0;
  const std::string file = word.empty() ? "FILE" : word;
  const std::string label = "next   ";
  const std::size_t width = style.width - label.size();
  std::string out;
  const std::string joined =
      report.parted_by_tunnel > 0
          ? "both directions: netlat analyze " + file + " --key-no-vni"
          : std::string();
  for (const std::string& line :
       {joined, segments_command(flow, file, width),
        "which seconds: netlat top -r " + file + " --view heat",
        probe_command(flow, width),
        wireshark_filter(flow, same_numbers, width)}) {
    if (line.empty()) continue;
    out += (out.empty() ? label : std::string(label.size(), ' ')) + line + '\n';
  }
  return out;
}

}  // namespace netlat
