// One screen: what was read and how whole it is, which zones exchanged how
// much, who did, what was rejected, and what captures say of the same flows.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lib/report/flowlog_words.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

std::string zone_text(const FlowLogReport& report, PlaceId id) {
  return id == 0 ? "unknown" : SafeText(report.summary.places().name(id)).str();
}

std::string money_text(double amount) {
  if (amount > 0 && amount < 0.005) return "<0.01";
  return amount < 10
             ? fmt::format("{:.2f}", amount)
             : count_text(static_cast<std::uint64_t>(std::llround(amount)));
}

std::string server_text(const TalkerKey& key) {
  switch (key.protocol) {
    case 6:
      return endpoint_text(key.server, key.port);
    case 17:
      return endpoint_text(key.server, key.port) + " udp";
    case 1:
    case 58:
      return key.server.text() + " icmp";
    default:
      return fmt::format("{} proto {}", key.server.text(), key.protocol);
  }
}

LineCounts sum_of(const std::vector<LogFile>& files) {
  LineCounts sum;
  for (const LogFile& file : files) {
    const LineCounts& n = file.counts;
    sum.lines += n.lines;
    sum.headers += n.headers;
    sum.blank += n.blank;
    sum.records += n.records;
    sum.no_data += n.no_data;
    sum.skip_data += n.skip_data;
    for (std::size_t i = 0; i < kLineFaults; ++i) {
      sum.refused[i] += n.refused[i];
    }
  }
  return sum;
}

std::string refused_text(const LineCounts& n) {
  std::string text;
  for (std::size_t i = 0; i < kLineFaults; ++i) {
    if (n.refused[i] == 0) continue;
    std::string word(to_word(static_cast<LineFault>(i)));
    std::replace(word.begin(), word.end(), '_', ' ');
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ",
                        count_text(n.refused[i]), word);
  }
  return text;
}

std::string head_text(const FlowLogReport& report, const TextStyle& style) {
  const auto& files = report.reader.files();
  const LogSummary& s = report.summary;
  const LineCounts n = sum_of(files);
  std::string name = count_text(files.size()) + " files";
  if (files.size() == 1) {
    name =
        files[0].path == "-" ? "standard input" : SafeText(files[0].path).str();
  }
  std::string text = heading_text(name, style);
  if (n.records > 0) {
    text += fmt::format("   {} {} to {} {}", date_text(s.first()),
                        time_text(s.first()), time_text(s.last()),
                        netlat::zone_text(s.first()));
  }
  text += fmt::format("   {}\n", plural(n.records, "record"));
  std::string quality =
      fmt::format("quality   {}: {} traffic, {} no data, {} header",
                  plural(n.lines, "line"), count_text(n.records),
                  count_text(n.no_data), count_text(n.headers));
  if (n.blank > 0) quality += fmt::format(", {} blank", count_text(n.blank));
  if (n.refused_total() > 0) {
    quality += fmt::format(", {} refused ({})", count_text(n.refused_total()),
                           refused_text(n));
  }
  text += wrapped_text(quality, 0, style.width);
  if (n.skip_data > 0) {
    text += alarm_text(
        wrapped_text(
            fmt::format("SKIPDATA: the cloud lost records of {}; every "
                        "sum is a lower bound",
                        plural(n.skip_data, "window")),
            10, style.width),
        style);
  }
  return text;
}

std::string zones_text(const FlowLogReport& report, const TextStyle& style) {
  const LogSummary& s = report.summary;
  const std::uint64_t all = s.total().bytes;
  const std::uint64_t unknown = s.total(ZoneRelation::unknown).bytes;
  std::string text = fmt::format(
      "zones     cross-zone {} ({} of {}), same {}, unknown {}\n",
      bytes_text(crossing_bytes(s)), percent_text(crossing_bytes(s), all),
      bytes_text(all), percent_text(s.total(ZoneRelation::same).bytes, all),
      percent_text(unknown, all));
  if (const auto cost = cost_of(report, crossing_bytes(s))) {
    text +=
        fmt::format("cost      {} for what crossed zones, at {} a GB\n",
                    *cost > 0 && *cost < 0.005 ? std::string("less than 0.01")
                                               : "about " + money_text(*cost),
                    *report.cost_per_gb);
  }
  if (s.zone_disagreements() > 0) {
    text += fmt::format(
        "          {} zones of records are not those of the "
        "map\n",
        count_text(s.zone_disagreements()));
  }
  if (s.lost_packets() > 0) {
    text += alarm_text(fmt::format("          {} packets lost in transit "
                                   "gateways\n",
                                   count_text(s.lost_packets())),
                       style);
  }
  return text;
}

std::string pairs_text(const FlowLogReport& report, const TextStyle& style) {
  const bool priced = report.cost_per_gb.has_value();
  std::vector<TextColumn> columns = {{"FROM", Align::left, "", 8},
                                     {"TO", Align::left, "", 8},
                                     {"BYTES"},
                                     {"SHARE"},
                                     {"PACKETS"}};
  if (priced) columns.push_back({"COST"});
  TextTable table(std::move(columns));
  const Places& places = report.summary.places();
  std::size_t shown = 0;
  for (const PairTotal& pair : report.summary.pairs()) {
    if (!leaves_zone(places.relation(pair.from, pair.to))) continue;
    if (shown++ == report.top) break;
    std::vector<TextCell> cells = {
        {zone_text(report, pair.from)},
        {zone_text(report, pair.to)},
        {bytes_text(pair.traffic.bytes)},
        {percent_text(pair.traffic.bytes, report.summary.total().bytes)},
        {count_text(pair.traffic.packets)}};
    if (priced)
      cells.push_back({money_text(*cost_of(report, pair.traffic.bytes))});
    table.add_row(false, std::move(cells));
  }
  if (table.empty()) return {};
  return '\n' + table.render("BETWEEN ZONES", style);
}

std::string talkers_text(const FlowLogReport& report, const TextStyle& style) {
  const bool priced = report.cost_per_gb.has_value();
  MeasuredTalkers measured;
  if (report.join != nullptr) measured = measured_talkers(*report.join);
  std::vector<TextColumn> columns = {{"CLIENT", Align::left, "", 15},
                                     {"ZONE", Align::left, "", 8},
                                     {"SERVER", Align::left, "", 19},
                                     {"ZONE", Align::left, "", 8},
                                     {"SENT"},
                                     {"RECEIVED"}};
  if (priced) columns.push_back({"COST"});
  if (report.join != nullptr) columns.push_back({"RTT ms"});
  TextTable table(std::move(columns));
  std::size_t shown = 0;
  for (const Talker* talker : talkers_by_bytes(report.summary)) {
    if (!leaves_zone(relation_of(report, *talker))) continue;
    if (shown++ == report.top) break;
    std::vector<TextCell> cells = {
        {talker->key.client.text()},
        {zone_text(report, talker->client_place)},
        {server_text(talker->key)},
        {zone_text(report, talker->server_place)},
        {bytes_text(talker->traffic(TalkerSide::client).bytes)},
        {bytes_text(talker->traffic(TalkerSide::server).bytes)}};
    if (priced) {
      cells.push_back({money_text(*cost_of(report, talker->bytes()))});
    }
    if (report.join != nullptr) {
      const auto of = measured.find(talker->key);
      const bool timed = of != measured.end() && of->second.rtt_p50;
      cells.push_back({timed ? ms_text(*of->second.rtt_p50) : "-"});
    }
    table.add_row(false, std::move(cells));
  }
  std::string text;
  if (!table.empty()) {
    text = '\n' + table.render("TALKERS ACROSS ZONES, by bytes", style);
  }
  if (const std::uint64_t evicted = report.summary.talkers().evicted()) {
    text += fmt::format(
        " {} small talkers made room for others: they count "
        "above but are not listed\n",
        count_text(evicted));
  }
  return text;
}

std::string rejected_text(const FlowLogReport& report, const TextStyle& style) {
  const LogSummary& s = report.summary;
  if (s.rejected_records() == 0) return "\nrejected   nothing\n";
  TextTable table({{"CLIENT", Align::left, "", 15},
                   {"ZONE", Align::left, "", 8},
                   {"SERVER", Align::left, "", 19},
                   {"ZONE", Align::left, "", 8},
                   {"RECORDS"},
                   {"PACKETS"},
                   {"", Align::left, "", 0, true}});
  std::vector<const Talker*> talkers = s.talkers().all();
  std::erase_if(talkers,
                [](const Talker* t) { return t->rejected_records == 0; });
  std::sort(
      talkers.begin(), talkers.end(), [](const Talker* a, const Talker* b) {
        return std::tie(b->rejected_packets, a->key.client, a->key.server,
                        a->key.port) < std::tie(a->rejected_packets,
                                                b->key.client, b->key.server,
                                                b->key.port);
      });
  for (std::size_t i = 0; i < std::min(talkers.size(), report.top); ++i) {
    const Talker& t = *talkers[i];
    table.add_row(true, {{t.key.client.text()},
                         {zone_text(report, t.client_place)},
                         {server_text(t.key)},
                         {zone_text(report, t.server_place)},
                         {count_text(t.rejected_records)},
                         {count_text(t.rejected_packets)},
                         {t.records > 0 ? "some were accepted" : ""}});
  }
  std::string text = table.empty()
                         ? std::string()
                         : '\n' + table.render("REJECTED, by packets", style);
  text += fmt::format(" rejected in all: {}", count_text(s.rejected_records()));
  for (const auto& [reason, count] : s.reasons()) {
    text += fmt::format(", of these {} for {}", count_text(count),
                        SafeText(reason).str());
  }
  return text + '\n';
}

}  // namespace

std::vector<const Talker*> talkers_by_bytes(const LogSummary& summary) {
  std::vector<const Talker*> talkers = summary.talkers().all();
  std::sort(
      talkers.begin(), talkers.end(), [](const Talker* a, const Talker* b) {
        const auto left = a->bytes(), right = b->bytes();
        return std::tie(right, a->key.client, a->key.server, a->key.port,
                        a->key.protocol) < std::tie(left, b->key.client,
                                                    b->key.server, b->key.port,
                                                    b->key.protocol);
      });
  return talkers;
}

std::string text_flowlog(const FlowLogReport& report, const TextStyle& style) {
  std::string text = head_text(report, style);
  const bool records = sum_of(report.reader.files()).records > 0;
  if (!records && report.join == nullptr) return text;
  text += zones_text(report, style);
  if (report.join != nullptr) text += joined_text(report, style);
  return text + pairs_text(report, style) + talkers_text(report, style) +
         rejected_text(report, style);
}

}  // namespace netlat
