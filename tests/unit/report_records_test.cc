// Records and CSV rows over samples of every kind.  With NETLAT_RECORDS_DIR
// set they are also written there, for tests/records/check to read back with
// another program.

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "netlat/report/capture_json.h"
#include "netlat/report/csv.h"
#include "netlat/report/exchange_json.h"
#include "netlat/report/flow_json.h"
#include "netlat/report/icmp_error_json.h"
#include "netlat/report/interval_json.h"
#include "netlat/report/schema.h"
#include "netlat/report/segment_json.h"
#include "netlat/report/service_json.h"
#include "netlat/report/summary_json.h"
#include "netlat/report/zone_json.h"
#include "netlat/zone/zone_reader.h"
#include "tests/support/kept_records.h"
#include "tests/support/report_samples.h"

namespace netlat {
namespace {

// Octets of any value, any length up to `longest`; the seed is fixed so that a
// failure repeats.
class Octets {
 public:
  std::string operator()(std::size_t longest) {
    static constexpr std::string_view kNasty = "\"\\\r\n\t,;=+-@'\x1b\x9b\xc2";
    std::string out(random_() % (longest + 1), '\0');
    for (char& c : out) {
      c = random_() % 2 == 0 ? kNasty[random_() % kNasty.size()]
                             : static_cast<char>(random_());
    }
    return out;
  }

 private:
  std::mt19937 random_{20'240'301};
};

std::string flow_lines() {
  FlowJson json;
  std::string out;
  FlowRecord f = test::lossy_flow();
  out += json.line(f, "a.pcap#0");
  f.tls->sni = {};
  f.tls->version.clear();
  f.tls->network.reset();
  out += json.line(f, "a.pcap#0/3");
  out += json.line(test::bare_flow(), "\x1b[2J#0");
  return out;
}

std::string segment_lines() {
  JsonWriter json;
  SegmentRecord s;
  s.frame = 12;
  s.flags = 0x12;
  std::string out(segment_line(json, s));
  s.facts.has_cause = true;
  s.facts.cause = RetransmitCause::fast;
  s.facts.place = LossPlace::upstream;
  s.facts.confidence = Confidence::proof;
  s.facts.necessity = Necessity::proven;
  s.facts.segment_class = SegmentClass::late_fill;
  s.facts.rtt_count = 2;
  s.facts.rtt[0] = {test::us(900), 3, Dir::c2s, RttClass::delack_suspect,
                    false};
  s.facts.rtt[1] = {test::us(800), 4, Dir::c2s, RttClass::timestamp, true};
  out += segment_line(json, s);
  s.facts.turn = test::us(700);
  s.facts.has_service = true;
  out += segment_line(json, s);
  s.facts.has_service = false;
  s.facts.has_elapsed = true;
  out += segment_line(json, s);
  return out;
}

ExchangeRecord dns_exchange() {
  ExchangeRecord e;
  e.kind = ExchangeKind::dns;
  e.client = test::ip("10.0.0.9");
  e.client_port = 40'001;
  e.server = test::ip("10.0.0.2");
  e.server_port = 53;
  e.id = 4'711;
  e.name = "db.example.com\x1b[2J";
  e.query_type = 28;
  e.start = stamp_ns(1'709'294'400'000'001'999);
  e.code = 2;
  e.outcome = ExchangeOutcome::failed;
  e.retries = 1;
  e.ambiguous = true;
  e.elapsed = test::us(5'000'900);
  e.rtt = test::us(900);
  return e;
}

std::string exchange_lines() {
  ExchangeJson json;
  ExchangeRecord e = dns_exchange();
  std::string out(json.line(e, "a.pcap#0"));
  ExchangeRecord tls = e;
  tls.kind = ExchangeKind::tls;
  tls.flow = 17;
  tls.rtt_class = QuicRttClass::handshake;
  tls.service = test::us(700);
  out += json.line(tls, "a.pcap#0");
  ExchangeRecord quic;
  quic.kind = ExchangeKind::quic;
  quic.span = RttSpan::end_to_end;
  quic.rtt_class = QuicRttClass::spin;
  out += json.line(quic, "a.pcap#0");
  ExchangeRecord echo;
  echo.kind = ExchangeKind::icmp_echo;
  echo.outcome = ExchangeOutcome::unanswered;
  echo.client = test::ip("192.168.0.89");
  echo.server = test::ip("192.168.0.1");
  echo.id = 0;
  echo.sequence = 65'535;
  echo.retries = 0;
  out += json.line(echo, "a.pcap#0");
  return out;
}

std::string zone_lines() {
  const ZoneMap map = std::move(
      *read_zone_map_text("m", "cidr,zone,region\n10.0.0.0/8,a,r\n").map);
  const ZoneLabeler labeler(map);
  ZoneMatrix matrix(labeler);
  FlowSamples samples;
  for (const Nanos rtt : {test::us(0), test::us(900), test::us(700'000)}) {
    samples.add(0, SampleKind::server_network, rtt);
  }
  const FlowRecord flows[] = {test::lossy_flow(), test::bare_flow()};
  for (const FlowRecord& f : flows) {
    matrix.add(f, labeler.zones(f), Latencies(samples, 0));
    samples.release(0);
  }
  JsonWriter json;
  std::string out;
  for (const auto& [key, stats] : matrix.pairs()) {
    out += zone_pair_line(json, matrix, &key, stats, {3, {}});
  }
  out += zone_pair_line(json, matrix, nullptr, {}, {});
  out += zones_line(json, matrix, {{"a\x1b.csv"}, {"vpc"}});
  FlowJson flow;
  out += flow.line(flows[0], "a.pcap#0", {"a\"", "b\x1b", "cross"});
  return out;
}

std::string aggregate_lines() {
  JsonWriter json;
  const AnalysisReport report = test::fifty_services_report();
  std::string out;
  for (std::size_t i = 0; i < 3; ++i) {
    out += service_line(json, report.services[i]);
  }
  out += service_line(json, {});
  for (const IcmpErrorRow& row : report.icmp_errors) {
    out += icmp_error_line(json, row);
  }
  Interval interval;
  IntervalStats stats;
  stats.server_rtt.add(std::chrono::milliseconds(5));
  stats.service.add(Nanos{0});
  out += interval_line(json, interval, stats, nullptr, {3, 2});
  out += interval_line(json, interval, interval.others, nullptr, {});
  return out;
}

std::string hostile_captures(std::size_t count) {
  JsonWriter json;
  Octets octets;
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    CaptureRecord c;
    c.source = octets(60);
    c.format = "pcap";
    c.interfaces = {{0, octets(20), 1, 96}};
    c.account = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    c.packets = 55;
    if (i % 2 == 0) c.first = c.last = stamp_ns(-1'500);
    out += capture_line(json, c);
  }
  return out;
}

TEST(Records, AreLinesOfPrintableAscii) {
  JsonWriter json;
  const std::string all =
      hostile_captures(5'000) + flow_lines() + segment_lines() +
      exchange_lines() + aggregate_lines() + zone_lines() +
      std::string(problem_line(json, Error{"a\nb", ErrorKind::input})) +
      std::string(summary_line(json, {55, 3, {}, test::us(5), 3})) +
      std::string(summary_line(json, {55, 3, 2, test::us(5), 0}));
  std::size_t lines = 0;
  for (const char c : all) {
    lines += c == '\n' ? 1 : 0;
    ASSERT_TRUE(c == '\n' || (c >= 0x20 && c <= 0x7e));
  }
  EXPECT_EQ(lines, 5'000u + 3 + 4 + 6 + 7 + 5 + 3);
  test::keep_for_check("records.ndjson", all);
}

TEST(Records, SegmentShowsTheNetworkSampleOfTwo) {
  const std::string lines = segment_lines();
  EXPECT_NE(lines.find("\"acks_frame\":4,\"rtt_ns\":800000,"
                       "\"rtt_class\":\"timestamp\",\"rtt_network\":true,"
                       "\"service_ns\":null,\"elapsed_ns\":null}"),
            std::string::npos);
  EXPECT_NE(lines.find("\"flags\":\"SA\""), std::string::npos);
  EXPECT_NE(lines.find("\"service_ns\":700000,\"elapsed_ns\":null"),
            std::string::npos);
  EXPECT_NE(lines.find("\"service_ns\":null,\"elapsed_ns\":700000"),
            std::string::npos);
}

TEST(Records, ExchangeSaysWhatEachKindHas) {
  const std::string lines = exchange_lines();
  for (const char* part :
       {"\"kind\":\"dns\",\"flow\":null,\"community_id\":\"1:",
        "\"id\":4711,\"sequence\":null,"
        "\"name\":\"db.example.com\\u001b[2J\",\"query_type\":28,"
        "\"start_us\":1709294400000001,\"end_us\":1709294405000901,"
        "\"outcome\":\"failed\",\"code\":2,\"retries\":1,\"half\":\"server\","
        "\"rtt_class\":null,\"ambiguous\":true,\"elapsed_ns\":5000900000,"
        "\"rtt_ns\":900000,\"service_ns\":null}",
        "\"kind\":\"tls\",\"flow\":17,",
        "\"rtt_ns\":900000,\"service_ns\":700000}",
        "\"half\":\"end_to_end\",\"rtt_class\":\"spin\",",
        // The published identifier of an echo between these two.
        "\"community_id\":\"1:X0snYXpgwiv9TZtqg64sgzUn6Dk=\"",
        "\"client_port\":null,", "\"id\":0,\"sequence\":65535,",
        "\"end_us\":null,\"outcome\":\"unanswered\","}) {
    EXPECT_NE(lines.find(part), std::string::npos) << part << " in " << lines;
  }
}

TEST(Records, IcmpErrorsAndServicesSayWhatIsNotKnown) {
  const std::string lines = aggregate_lines();
  for (const char* part :
       {"\"name\":\"db.internal.example.com\",\"connections\":62,",
        "\"server_ip\":null,\"server_port\":null,\"name\":null,",
        "\"from_ip\":\"10.0.0.1\",\"proto\":\"icmp\",\"icmp_type\":3,"
        "\"icmp_code\":4,\"mtu\":1400,"
        "\"what\":\"fragmentation needed, MTU 1,400\",\"count\":31,"
        "\"flows\":4,\"first_us\":1709294400012345,",
        "\"from_ip\":null,\"proto\":\"icmp6\",\"icmp_type\":3,"
        "\"icmp_code\":null,\"mtu\":null,\"what\":\"time exceeded\","}) {
    EXPECT_NE(lines.find(part), std::string::npos) << part << " in " << lines;
  }
}

TEST(Records, EveryTypeHasASchema) {
  const std::vector<std::string_view> types = schema_types();
  for (const std::string_view type : types) {
    const auto schema = json_schema(type);
    ASSERT_TRUE(schema);
    test::keep_for_check((std::string(type) + ".schema.json").c_str(), *schema);
  }
  EXPECT_FALSE(json_schema("nothing"));
  EXPECT_FALSE(json_schema(""));
}

TEST(Csv, QuotesAndGuardsCells) {
  struct Row {
    const char* text;
    const char* cell;
  };
  constexpr Row kRows[] = {
      {"", ""},
      {"db.example.com", "db.example.com"},
      {"a,b", "\"a,b\""},
      {"say \"x\"", "\"say \"\"x\"\"\""},
      {"=1+1", "'=1+1"},
      {"+1", "'+1"},
      {"-1", "'-1"},
      {"@SUM(A1)", "'@SUM(A1)"},
      {"\tx", "'\tx"},
      {"\nx", "\"'\nx\""},
      {"=cmd|' /C calc'!A0,", "\"'=cmd|' /C calc'!A0,\""},
  };
  for (const Row& row : kRows) EXPECT_EQ(csv_cell(row.text), row.cell);
}

TEST(Csv, HasTheSameColumnsForEveryFlow) {
  std::string rows = csv_header();
  csv_line(test::lossy_flow(), {}, rows);
  csv_line(test::bare_flow(), {}, rows);
  Octets octets;
  FlowRecord f = test::lossy_flow();
  std::string expected;
  for (int i = 0; i < 20'000; ++i) {
    f.tls->sni = SafeText(octets(40));
    csv_line(f, {}, rows);
    expected += f.tls->sni.str() + '\n';
  }
  const std::string header = csv_header();
  std::set<std::string> names;
  std::size_t start = 0, columns = 0;
  for (std::size_t end = 0; end != std::string::npos; start = end + 1) {
    end = header.find(',', start);
    names.insert(header.substr(start, end - start));
    ++columns;
  }
  EXPECT_EQ(names.size(), columns);
  test::keep_for_check("flows.csv", rows);
  test::keep_for_check("flows.sni", expected);
}

}  // namespace
}  // namespace netlat
