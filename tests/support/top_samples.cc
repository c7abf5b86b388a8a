#include "tests/support/top_samples.h"

#include <cmath>

namespace netlat::top_samples {

namespace {

constexpr Nanos kMs = std::chrono::milliseconds(1);

Nanos ms(double value) {
  return Nanos{std::llround(value * 1e6)};
}

struct Pair {
  const char* client;
  const char* server_zone;
  const char* server;
  std::uint64_t n;
  double median_ms, slow_ms;
};

constexpr Pair kPairs[] = {
    {"az1", "az1", "10.1.1.60:8080", 300, 0.21, 0.61},
    {"az1", "az2", "10.1.2.40:5432", 180, 0.72, 1.10},
    {"az1", "az3", "10.1.3.20:443", 140, 0.81, 1.31},
    {"az2", "az2", "10.1.2.70:8125", 110, 0.19, 0.55},
    {"az2", "az3", "10.1.3.12:9092", 101, 0.90, 1.92},
    {"az3", "az3", "10.1.3.20:443", 60, 0.22, 0.70},
    {"az1", "onprem", "172.16.4.9:1433", 40, 6.10, 8.40},
    {"az3", nullptr, "198.51.100.7:443", 9, 18.3, 39.9},
};

IpAddress address(const char* text) {
  return *IpAddress::parse(text);
}

BriefTimes brief(std::uint64_t n, Nanos median, Nanos slow) {
  if (n == 0) return {};
  ExponentialHistogram h;
  times(n, median, slow).add_to(h);
  return BriefTimes::of(h.quantiles());
}

void add_flows(std::vector<Record>& records) {
  records.emplace_back(flow(1, "10.1.1.17", 51904, "10.1.2.40", 5432, 900,
                            ms(0.74), ms(41), 26));
  records.emplace_back(flow(2, "10.1.1.22", 40112, "10.1.2.40", 5432, 640,
                            ms(0.73), ms(38.2), 12));
  records.emplace_back(flow(3, "10.1.1.31", 60114, "10.1.3.20", 443, 700,
                            ms(0.83), ms(1.44), 0));
  records.emplace_back(flow(4, "10.1.2.44", 40022, "10.1.3.12", 9092, 300,
                            ms(0.90), ms(1.97), 1));
  records.emplace_back(
      flow(5, "10.1.1.8", 44310, "172.16.4.9", 1433, 80, ms(6.1), ms(8.6), 0));
  records.emplace_back(
      flow(6, "10.1.2.9", 51000, "10.1.2.70", 8125, 12, ms(0.19), ms(0.52), 0));
  FlowRow refused =
      flow(7, "10.1.1.17", 33001, "10.1.3.99", 6380, 0, ms(0), ms(0), 0);
  refused.outcome = HandshakeOutcome::refused;
  refused.end = FlowEnd::rst;
  refused.c2s = {};
  refused.s2c = {};
  records.emplace_back(refused);
  FlowRow hostile = flow(8, "2001:db8::17", 50001, "2001:db8:0:2::40", 443, 200,
                         ms(1.2), ms(2.0), 0);
  hostile.sni = SafeText("\x1b[2J\xe2\x80\xaeshop.example").str();
  records.emplace_back(hostile);
}

}  // namespace

Stamp story_start() {
  return stamp_ns(1'772'620'800'000'000'000);
}

PackedHistogram times(std::uint64_t n, Nanos median, Nanos slow) {
  ExponentialHistogram h;
  for (std::uint64_t i = 0; i < n; ++i) {
    // Evenly over a tenth above and below, and some that are not.
    const bool is_slow = i % 40 == 39;
    const std::int64_t spread = median.count() / 10;
    const auto place = static_cast<std::int64_t>(i * 7 % 21) - 10;
    h.add(is_slow ? slow : median + Nanos{spread * place / 10});
  }
  return PackedHistogram(h);
}

IntervalRecord interval(int second, const char* client_zone,
                        const char* server_zone, const char* server,
                        std::uint64_t n, Nanos median, Nanos slow) {
  IntervalRecord r;
  r.start = story_start() + std::chrono::seconds(second);
  r.end = r.start + std::chrono::seconds(1);
  r.client_zone = client_zone == nullptr ? "" : client_zone;
  r.server_zone = server_zone == nullptr ? "" : server_zone;
  r.server = server;
  r.server_rtt = times(n, median, slow);
  r.client_rtt = times(n, Nanos{20'000}, Nanos{60'000});
  r.service = times(n, median * 3, slow * 4);
  r.counts = {.packets = n * 4,
              .bytes = n * 1800,
              .segments = n * 2,
              .retransmits = slow > 20 * median ? n / 40 : 0,
              .lost = 0,
              .connects = n / 20,
              .connect_failures = 0};
  return r;
}

FlowRow flow(std::uint64_t id, const char* client, Port client_port,
             const char* server, Port server_port, std::uint64_t n,
             Nanos median, Nanos slow, std::uint32_t repeats) {
  FlowRow f;
  f.id = id;
  f.client = address(client);
  f.server = address(server);
  f.client_port = client_port;
  f.server_port = server_port;
  f.start = FlowStart::syn;
  f.outcome = HandshakeOutcome::established;
  f.connect = median;
  f.start_time = story_start() + std::chrono::seconds(static_cast<int>(id));
  f.end_time = story_start() + std::chrono::seconds(110);
  f.server_rtt = f.server_ack = brief(n, median, slow);
  f.client_rtt = f.client_ack = brief(n / 2, Nanos{20'000}, Nanos{60'000});
  f.service = brief(n / 3, median * 3, slow * 4);
  f.elapsed = brief(n / 3, median * 4, slow * 5);
  f.turns = n / 3;
  f.client_zone = "az1";
  f.server_zone = "az2";
  f.c2s.packets = n;
  f.c2s.bytes = n * 300;
  f.c2s.segments = static_cast<std::uint32_t>(n);
  f.c2s.retransmits = repeats;
  f.c2s.by_cause[static_cast<std::size_t>(RetransmitCause::fast)] = repeats;
  f.c2s.lost_downstream = repeats;
  f.c2s.mss = std::uint16_t{1448};
  f.s2c.packets = n;
  f.s2c.bytes = n * 1500;
  f.s2c.segments = static_cast<std::uint32_t>(n);
  return f;
}

std::vector<Record> story() {
  std::vector<Record> records;
  add_flows(records);
  for (int second = 0; second < 120; ++second) {
    for (const Pair& p : kPairs) {
      const bool slow = second >= 70 && p.n == 180;
      records.emplace_back(interval(second, p.client, p.server_zone, p.server,
                                    p.n, ms(p.median_ms),
                                    slow ? 41 * kMs : ms(p.slow_ms)));
    }
  }
  return records;
}

std::vector<Objective> promises() {
  std::vector<Objective> all;
  for (const char* text :
       {"zone:az1->az1 network p99 < 1ms", "zone:az1->az2 network p99 < 2ms",
        "zone:az1->az3 network p99 < 2ms", "zone:az2->az3 network p99 < 2ms",
        "service:10.1.2.40:5432 network p99 < 2ms"}) {
    all.push_back(*parse_objective(text));
  }
  return all;
}

FlowTrace trace() {
  FlowTrace all;
  const Stamp start = story_start() + std::chrono::seconds(110);
  const auto add = [&](double at_ms, Dir dir, std::uint32_t length,
                       SegmentClass what) -> SegmentRow {
    SegmentRow s;
    s.time = start + ms(at_ms);
    s.dir = dir;
    s.length = length;
    s.what = what;
    return s;
  };
  for (int turn = 0; turn < 40; ++turn) {
    const double at = turn * 250.;
    const bool lost = turn % 12 == 7, slow = turn > 25;
    SegmentRow request = add(at, Dir::c2s, 180, SegmentClass::new_data);
    request.rtt = ms(0.02 + 0.01 * (turn % 3));
    all.add(request);
    const double again = lost ? 42 : 0;
    if (lost) {
      SegmentRow copy =
          add(at + again, Dir::c2s, 180, SegmentClass::retransmission);
      copy.cause = turn < 20 ? RetransmitCause::fast : RetransmitCause::rto;
      all.add(copy);
    }
    const double rtt = 0.7 + 0.05 * (turn % 4) + (slow ? 3 : 0);
    SegmentRow ack = add(at + again + rtt, Dir::s2c, 0, SegmentClass::pure_ack);
    if (!lost) ack.rtt = ms(rtt);
    ack.closes_window = turn == 33;
    all.add(ack);
    SegmentRow response =
        add(at + again + rtt + 2, Dir::s2c, 1448, SegmentClass::new_data);
    response.service = ms(2 + turn % 5);
    response.time += *response.service;
    all.add(response);
  }
  return all;
}

void Shown::refresh(GridSize size) {
  Snapshot s = model.snapshot(dashboard.query(size, state));
  s.state = state;
  s.source = "eth0";
  s.trace = trace;
  s.trace_of =
      dashboard.ui().lists[static_cast<std::size_t>(View::flows)].selected;
  dashboard.show(std::move(s));
}

Shown shown(std::vector<Record> records, std::vector<Objective> objectives,
            GridSize size) {
  Shown out{Model(std::move(objectives)), {}, SourceState::live, nullptr};
  for (Record& record : records) out.model.apply(std::move(record));
  out.refresh(size);
  return out;
}

}  // namespace netlat::top_samples
