#include "netlat/report/hop_graph.h"

#include <fmt/format.h>

#include "lib/report/hop_words.h"
#include "lib/report/json_values.h"
#include "netlat/report/number_text.h"

namespace netlat {

namespace {

constexpr std::size_t kPortsShown = 3;

std::vector<const GraphEdge*> edges_from(const std::vector<GraphEdge>& edges,
                                         std::size_t node) {
  std::vector<const GraphEdge*> out;
  for (const GraphEdge& e : edges) {
    if (e.from == node) out.push_back(&e);
  }
  return out;
}

std::string title_of(const GraphReport& report) {
  return plan_title(report.plan) +
         fmt::format(", {}, {}", plural(report.graph.flows(), "flow"),
                     plural(report.sent, "probe"));
}

// Some source ports that take the way, where there is a choice.
std::string ports_text(const GraphEdge& edge) {
  std::string out;
  for (std::size_t i = 0; i < edge.ports.size() && i < kPortsShown; ++i) {
    out += (i == 0 ? "" : " ") + std::to_string(edge.ports[i]);
  }
  return out;
}

void add_node(const std::vector<GraphNode>& nodes, std::size_t index,
              const std::vector<const GraphEdge*>& next, TextTable& table) {
  const GraphNode& node = nodes[index];
  std::vector<TextCell> cells = {{std::to_string(node.ttl)},
                                 {node.address.text()},
                                 {count_text(node.flows)}};
  if (next.empty()) {
    cells.insert(cells.end(),
                 {{node.target ? "the target" : "nobody"}, {""}, {""}});
    return table.add_row(false, std::move(cells));
  }
  for (const GraphEdge* e : next) {
    if (e != next.front()) cells.assign(3, TextCell{""});
    cells.push_back({nodes[e->to].address.text()});
    cells.push_back({count_text(e->flows)});
    cells.push_back({next.size() > 1 ? ports_text(*e) : ""});
    table.add_row(false, std::move(cells));
    cells.clear();
  }
}

TextTable graph_table(const std::vector<GraphNode>& nodes,
                      const std::vector<GraphEdge>& edges) {
  TextTable table({{"HOP"},
                   {"ADDRESS", Align::left},
                   {"FLOWS"},
                   {"NEXT", Align::left},
                   {"FLOWS"},
                   {"SOURCE PORTS", Align::left}});
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    add_node(nodes, i, edges_from(edges, i), table);
  }
  return table;
}

std::vector<std::string> graph_sentences(const GraphReport& report,
                                         const std::vector<GraphNode>& nodes,
                                         const std::vector<GraphEdge>& edges) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const std::size_t ways = edges_from(edges, i).size();
    if (ways < 2) continue;
    out.push_back(fmt::format("{} at hop {} spreads flows over {} next hops",
                              nodes[i].address.text(), nodes[i].ttl, ways));
  }
  for (const std::uint8_t ttl : report.graph.by_packet()) {
    out.push_back(fmt::format("hop {}: packets of one flow went different ways",
                              int{ttl}));
  }
  if (out.empty()) out.emplace_back("all flows went one way");
  out.emplace_back(
      report.complete
          ? "each router was given enough flows to show a further way of equal "
            "share 19 times of 20"
          : "not enough flows to know that there are no further ways");
  if (report.plan.protocol == ProbeProtocol::icmp) {
    out.emplace_back(
        "ICMP: many routers, Linux among them, do not spread it; see --udp "
        "and --tcp");
  }
  return out;
}

}  // namespace

std::string graph_text(const GraphReport& report, const TextStyle& style) {
  const auto nodes = report.graph.nodes();
  const auto edges = report.graph.edges();
  if (nodes.empty()) {
    return title_of(report) + "\n nobody answered\n";
  }
  std::string out = graph_table(nodes, edges).render(title_of(report), style);
  for (const std::string& s : graph_sentences(report, nodes, edges)) {
    out += wrapped_text(s, 1, style.width);
  }
  return out;
}

std::string_view graph_line(JsonWriter& json, const GraphReport& report) {
  const auto nodes = report.graph.nodes();
  json.begin("graph");
  put_plan(json, report.plan);
  json.field("start_us", report.started.count() / 1000);
  put_duration(json, "elapsed_ns", std::optional(report.elapsed));
  json.field("flows", report.graph.flows());
  json.field("sent", report.sent);
  json.field("complete", report.complete);
  json.open_array("nodes");
  for (const GraphNode& n : nodes) {
    json.open_object();
    json.field("ttl", n.ttl);
    json.plain("address", n.address.text());
    json.field("target", n.target);
    json.field("flows", n.flows);
    json.close_object();
  }
  json.close_array();
  json.open_array("edges");
  for (const GraphEdge& e : report.graph.edges()) {
    json.open_object();
    json.field("ttl", nodes[e.from].ttl);
    json.plain("from", nodes[e.from].address.text());
    json.plain("to", nodes[e.to].address.text());
    json.field("flows", e.flows);
    json.open_array("source_ports");
    for (const Port p : e.ports) json.element(p);
    json.close_array();
    json.close_object();
  }
  json.close_array();
  json.open_array("by_packet");
  for (const std::uint8_t ttl : report.graph.by_packet()) json.element(ttl);
  json.close_array();
  return json.finish();
}

}  // namespace netlat
