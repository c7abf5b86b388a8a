// Zones: the matrix of RTTs, the pairs by traffic, and what has no zone.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/report/text_sections.h"
#include "netlat/report/messages.h"
#include "netlat/report/number_text.h"
#include "netlat/report/standout.h"

namespace netlat {

namespace {

constexpr std::size_t kShortestZone = 7;  // what a title may be cut to
constexpr std::size_t kLongestRowTitle = 20;

using Places = std::vector<std::size_t>;

// One cell as it is shown; n of too few samples in place of the p99.
struct MatrixCell {
  std::string p50 = "-", p95, p99;
  bool stands_out = false;
};

MatrixCell matrix_cell(const ZonePairRow* pair) {
  if (pair == nullptr) return {"", "", "", false};
  if (pair->network.n == 0) return {};
  const PercentileCells p = percentile_cells(pair->network);
  const bool high = tail_stands_out(pair->network);
  return {p.p50, p.p95, (high ? "!" : "") + p.p99, high};
}

class Matrix {
 public:
  explicit Matrix(const ZoneReport& zones) : zones_(zones) {
    std::set<std::size_t> clients, servers;
    for (const ZonePairRow& pair : zones.pairs) {
      clients.insert(pair.client);
      servers.insert(pair.server);
    }
    clients_.assign(clients.begin(), clients.end());
    servers_.assign(servers.begin(), servers.end());
  }

  // "p50 / p95 / p99" where all columns have room for it, else one below the
  // other; more columns than fit follow in further tables.
  std::string render(const TextStyle& style) const {
    const std::size_t label = row_title_width();
    const std::size_t room = style.width - std::min(style.width, label + 2);
    const std::size_t beside =
        std::max(widest_title(), std::size_t{3 * kShortestZone}) + 2;
    const bool one_line = servers_.size() * beside <= room;
    if (one_line) return block(servers_, true, widest_title(), style);
    const std::size_t at_once =
        std::max<std::size_t>(1, room / (kShortestZone + 1));
    const std::size_t blocks = (servers_.size() + at_once - 1) / at_once;
    const std::size_t each = (servers_.size() + blocks - 1) / blocks;
    std::string out;
    for (std::size_t from = 0; from < servers_.size(); from += each) {
      const std::size_t n = std::min(each, servers_.size() - from);
      const Places some(
          servers_.begin() + static_cast<std::ptrdiff_t>(from),
          servers_.begin() + static_cast<std::ptrdiff_t>(from + n));
      if (from > 0) out += '\n';
      out += block(some, false, std::max(kShortestZone, room / n - 1), style);
    }
    return out;
  }

 private:
  std::size_t row_title_width() const {
    std::size_t widest = 9;  // "client in"
    for (const std::size_t c : clients_) {
      widest = std::max(widest, zones_.places[c].size());
    }
    return std::min(widest, kLongestRowTitle);
  }
  std::size_t widest_title() const {
    std::size_t widest = 0;
    for (const std::size_t s : servers_) {
      widest = std::max(widest, zones_.places[s].size());
    }
    return widest;
  }
  const ZonePairRow* find(std::size_t client, std::size_t server) const {
    for (const ZonePairRow& pair : zones_.pairs) {
      if (pair.client == client && pair.server == server) return &pair;
    }
    return nullptr;
  }

  std::string block(const Places& servers, bool one_line, std::size_t title,
                    const TextStyle& style) const {
    const char* const group = "to server in";
    std::vector<TextColumn> columns = {{"client in", Align::left}};
    for (const std::size_t s : servers) {
      columns.push_back(
          {cut_middle(zones_.places[s], title), Align::right, group});
    }
    TextTable table(std::move(columns));
    for (const std::size_t c : clients_) {
      std::vector<TextCell> first = {
          {cut_middle(zones_.places[c], kLongestRowTitle), false}};
      std::vector<TextCell> second = {{"", false}}, third = {{"", false}};
      bool marked = false;
      for (const std::size_t s : servers) {
        const MatrixCell cell = matrix_cell(find(c, s));
        marked = marked || cell.stands_out;
        const bool both = one_line && !cell.p99.empty();
        first.push_back(
            {both ? cell.p50 + " / " + cell.p95 + " / " + cell.p99 : cell.p50,
             one_line && cell.stands_out});
        second.push_back({cell.p95, false});
        third.push_back({cell.p99, cell.stands_out});
      }
      table.add_row(marked, std::move(first));
      if (one_line) continue;
      table.add_row(false, std::move(second));
      table.add_row(false, std::move(third));
    }
    return table.render(one_line ? "ZONES, network RTT ms, p50 / p95 / p99"
                                 : "ZONES, network RTT ms, p50, p95, p99",
                        style);
  }

  const ZoneReport& zones_;
  Places clients_, servers_;
};

bool stands_out(const ZonePairRow& pair) {
  LossCounts loss;
  loss.segments = pair.segments;
  loss.retransmits = pair.retransmits;
  return pair.failed > 0 || loss_stands_out(loss) ||
         tail_stands_out(pair.service);
}

// The cloud's own figure; "~" before one of another time.
std::string expected_text(const ZonePairRow& pair) {
  if (!pair.expected) return "-";
  return (pair.expected->then ? "" : "~") + ms_text(pair.expected->rtt);
}

// At the median the round trip is twice what the cloud publishes, or more.
bool above_expected(const ZonePairRow& pair) {
  constexpr std::uint64_t kEnough = 100;
  return pair.expected && pair.network.n >= kEnough &&
         pair.network.p50 >= 2 * pair.expected->rtt;
}

std::string pairs_table(const ZoneReport& zones, const TextStyle& style,
                        std::size_t top) {
  const bool expected = std::any_of(
      zones.pairs.begin(), zones.pairs.end(),
      [](const ZonePairRow& pair) { return pair.expected.has_value(); });
  std::vector<TextColumn> columns = {
      {"CLIENT IN", Align::left, "", kShortestZone},
      {"SERVER IN", Align::left, "", kShortestZone},
      {"CONNS"},
      {"FAILED"}};
  if (expected) {
    columns.push_back({"p50", Align::right, "RTT, ms"});
    columns.push_back({"EXPECT", Align::right, "RTT, ms"});
  }
  columns.insert(columns.end(), {{"p50", Align::right, "service, ms"},
                                 {"p99", Align::right, "service, ms"},
                                 {"RETX"},
                                 {"BYTES"}});
  if (!expected) columns.push_back({"SHARE"});  // 80 columns
  TextTable table(std::move(columns));
  const std::size_t shown = std::min(top, zones.pairs.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const ZonePairRow& pair = zones.pairs[i];
    const PercentileCells service = percentile_cells(pair.service);
    std::vector<TextCell> cells = {
        {zones.places[pair.client], false},
        {zones.places[pair.server], false},
        {count_text(pair.connections), false},
        {pair.failed == 0 ? "-" : count_text(pair.failed), pair.failed > 0}};
    if (expected) {
      cells.push_back(
          {percentile_cells(pair.network).p50, above_expected(pair)});
      cells.push_back({expected_text(pair), false});
    }
    cells.insert(cells.end(),
                 {{service.p50, false},
                  {service.p99, tail_stands_out(pair.service)},
                  {percent_text(pair.retransmits, pair.segments), false},
                  {bytes_text(pair.bytes), false}});
    if (!expected) cells.push_back({percent_text(pair.bytes, zones.all.bytes)});
    table.add_row(stands_out(pair) || above_expected(pair), std::move(cells));
  }
  return table.render("BY PAIR OF ZONES", style) +
         more_line(zones.pairs.size(), shown, "pairs");
}

std::string share_text(const ZoneReport& zones, const char* what,
                       const ZoneShare& share) {
  return fmt::format("{} {} ({})", what, bytes_text(share.bytes),
                     percent_text(share.bytes, zones.all.bytes));
}

std::string price_text(double price) {
  if (price > 0 && price < 0.01) return "less than 0.01";
  return fmt::format("about {:.2f}", price);
}

std::string relations_text(const ZoneReport& zones) {
  const auto of = [&](ZoneRelation r) -> const ZoneShare& {
    return zones.by_relation[static_cast<std::size_t>(r)];
  };
  std::string out = share_text(zones, "same zone", of(ZoneRelation::same));
  const ZoneShare& cross = of(ZoneRelation::cross);
  out += ", " + share_text(zones, "cross-zone", cross);
  if (zones.cost_per_gb) {
    const double cost =
        static_cast<double>(cross.sent) / 1e9 * *zones.cost_per_gb;
    out += fmt::format(": {} at {} a GB, headers aside", price_text(cost),
                       *zones.cost_per_gb);
  }
  if (of(ZoneRelation::cross_region).connections > 0) {
    out += ", " +
           share_text(zones, "cross-region", of(ZoneRelation::cross_region));
  }
  if (of(ZoneRelation::unknown).connections > 0) {
    out += ", " + share_text(zones, "undecided", of(ZoneRelation::unknown));
  }
  return out;
}

// How much has an end without a zone, and the addresses that carry most of it.
std::string unplaced_text(const ZoneReport& zones, ZoneStatus status,
                          const ZoneShare& share, const TextStyle& style,
                          std::size_t top) {
  if (share.connections == 0) return {};
  std::uint64_t addresses = 0;
  std::string named;
  for (const UnplacedRow& row : zones.unplaced) {
    if (row.what.status != status || ++addresses > top) continue;
    named += fmt::format("{} {} ({})", named.empty() ? ":" : ",",
                         row.address.text(), bytes_text(row.what.bytes));
  }
  if (addresses > top) named += ", ...";
  const bool one = addresses == 1 && !zones.more_unplaced;
  return wrapped_text(
      fmt::format(
          "{} for {} connections, {} {}{}{}",
          share_text(zones, std::string(to_word(status)).c_str(), share),
          count_text(share.connections), count_text(addresses),
          zones.more_unplaced ? "or more " : "", one ? "address" : "addresses",
          named),
      1, style.width);
}

std::string map_text(const ZoneReport& zones) {
  std::string out = "map";
  for (const std::string& map : zones.names.maps) out += ' ' + one_line(map);
  if (!zones.found.empty()) out += " (" + zones.found + ")";
  for (const std::string& scope : zones.names.scopes) {
    out += ", scope " + one_line(scope);
  }
  return out;
}

}  // namespace

std::string zone_section(const AnalysisReport& report, const TextStyle& style,
                         std::size_t top) {
  if (!report.zones) return {};
  const ZoneReport& zones = *report.zones;
  const auto line = [&](const std::string& text) {
    return wrapped_text(text, 1, style.width);
  };
  if (zones.all.connections == 0) {
    return heading_text("ZONES", style) + '\n' +
           line("no TCP connections; " + map_text(zones));
  }
  std::string out = Matrix(zones).render(style);
  out += '\n' + pairs_table(zones, style, top);
  if (const bool other_time = std::any_of(
          zones.pairs.begin(), zones.pairs.end(),
          [](const ZonePairRow& p) { return p.expected && !p.expected->then; });
      other_time) {
    out += line("~ the cloud's figure of another time");
  }
  if (zones.others > 0) {
    out += line(fmt::format("{} connections are of further pairs",
                            count_text(zones.others)));
  }
  out += line(relations_text(zones));
  out += unplaced_text(zones, ZoneStatus::unknown, zones.unknown, style, top);
  out +=
      unplaced_text(zones, ZoneStatus::ambiguous, zones.ambiguous, style, top);
  if (report.vantages > 1) {
    out += line("a connection counts at each capture point that saw it");
  }
  return out + line(map_text(zones));
}

}  // namespace netlat
