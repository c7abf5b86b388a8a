// One table gives both the header and the cells, so they cannot disagree.

#include "netlat/report/csv.h"

#include "netlat/measure/vocabulary.h"

namespace netlat {

namespace {

using CellWriter = void (*)(const FlowRecord&, const ZoneNames&, std::string&);
struct Column {
  const char* name;
  CellWriter write;
};

void put(std::uint64_t n, std::string& out) {
  out += std::to_string(n);
}
void put(Nanos n, std::string& out) {
  out += std::to_string(n.count());
}
void put(const std::optional<Nanos>& n, std::string& out) {
  if (n) put(*n, out);
}
// A quantile of no samples is an empty cell.
void put(const Quantiles& q, Nanos value, std::string& out) {
  if (q.n > 0) put(value, out);
}

#define NETLAT_COLUMN(name, expression)               \
  {                                                   \
    name, []([[maybe_unused]] const FlowRecord& f,    \
             [[maybe_unused]] const ZoneNames& zones, \
             std::string& out) { expression; }        \
  }
#define NETLAT_QUANTILES(name, q)                          \
  NETLAT_COLUMN(name "_n", put((q).n, out)),               \
      NETLAT_COLUMN(name "_p50_ns", put(q, (q).p50, out)), \
      NETLAT_COLUMN(name "_p95_ns", put(q, (q).p95, out)), \
      NETLAT_COLUMN(name "_p99_ns", put(q, (q).p99, out)), \
      NETLAT_COLUMN(name "_max_ns", put(q, (q).max, out))
#define NETLAT_DIRECTION(name, d)                                            \
  NETLAT_COLUMN(name "_packets", put((d).packets, out)),                     \
      NETLAT_COLUMN(name "_bytes", put((d).bytes, out)),                     \
      NETLAT_COLUMN(name "_segments", put((d).segments, out)),               \
      NETLAT_COLUMN(name "_retransmits", put((d).retransmits, out)),         \
      NETLAT_COLUMN(name "_needless",                                        \
                    put((d).necessary_proven_spurious, out)),                \
      NETLAT_COLUMN(name "_lost_upstream", put((d).lost_upstream, out)),     \
      NETLAT_COLUMN(name "_lost_downstream", put((d).lost_downstream, out)), \
      NETLAT_COLUMN(name "_zero_window_ns", put((d).zero_window, out)),      \
      NETLAT_COLUMN(name "_stall_ns", put((d).stall, out)),                  \
      NETLAT_COLUMN(name "_capture_gap_bytes",                               \
                    put((d).capture_gap_bytes, out))

constexpr Column kColumns[] = {
    NETLAT_COLUMN("id", put(f.id, out)),
    NETLAT_COLUMN("proto", out += word(f.proto)),
    NETLAT_COLUMN("client_ip", out += f.client.text()),
    NETLAT_COLUMN("client_port", put(f.client_port, out)),
    NETLAT_COLUMN("server_ip", out += f.server.text()),
    NETLAT_COLUMN("server_port", put(f.server_port, out)),
    NETLAT_COLUMN("role_confidence", out += word(f.role)),
    NETLAT_COLUMN("start_us", out += std::to_string(to_us(f.start_time))),
    NETLAT_COLUMN("end_us", out += std::to_string(to_us(f.end_time))),
    NETLAT_COLUMN("first_frame", put(f.first_frame, out)),
    NETLAT_COLUMN("start", out += word(f.start)),
    NETLAT_COLUMN("end", out += word(f.end)),
    NETLAT_COLUMN("one_sided", out += f.one_sided ? '1' : '0'),
    NETLAT_COLUMN("handshake", out += word(f.handshake.outcome)),
    NETLAT_COLUMN("connect_ns", put(f.handshake.connect, out)),
    NETLAT_COLUMN("handshake_server_ns", put(f.handshake.server, out)),
    NETLAT_COLUMN("handshake_client_ns", put(f.handshake.client, out)),
    NETLAT_QUANTILES("rtt_server_network", f.server_rtt.network),
    NETLAT_QUANTILES("rtt_server_ack", f.server_rtt.ack),
    NETLAT_QUANTILES("rtt_client_network", f.client_rtt.network),
    NETLAT_QUANTILES("rtt_client_ack", f.client_rtt.ack),
    NETLAT_COLUMN("turns", put(f.turns, out)),
    NETLAT_QUANTILES("service", f.service),
    NETLAT_QUANTILES("elapsed", f.elapsed),
    NETLAT_DIRECTION("c2s", f.c2s),
    NETLAT_DIRECTION("s2c", f.s2c),
    NETLAT_COLUMN("sni", out += csv_cell(f.tls ? f.tls->sni.str() : "")),
    NETLAT_COLUMN("client_zone", out += csv_cell(zones.client)),
    NETLAT_COLUMN("server_zone", out += csv_cell(zones.server)),
    NETLAT_COLUMN("zone_relation", out += zones.relation),
};

#undef NETLAT_DIRECTION
#undef NETLAT_QUANTILES
#undef NETLAT_COLUMN

constexpr const char* kLineEnd = "\r\n";  // RFC 4180 2.1

}  // namespace

std::string csv_cell(std::string_view text) {
  constexpr std::string_view kFormula = "=+-@\t\r\n";
  std::string cell;
  if (!text.empty() && kFormula.find(text[0]) != std::string_view::npos) {
    cell = "'";
  }
  cell += text;
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_header() {
  std::string out;
  for (const Column& c : kColumns) {
    if (!out.empty()) out += ',';
    out += c.name;
  }
  return out + kLineEnd;
}

void csv_line(const FlowRecord& flow, const ZoneNames& zones,
              std::string& out) {
  bool first = true;
  for (const Column& c : kColumns) {
    if (!first) out += ',';
    first = false;
    c.write(flow, zones, out);
  }
  out += kLineEnd;
}

}  // namespace netlat
