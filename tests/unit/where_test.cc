#include "netlat/measure/where.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace netlat {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

FlowRecord sample_flow() {
  FlowRecord flow;
  flow.id = 17;
  flow.client = *IpAddress::parse("10.0.1.17");
  flow.client_port = 51'904;
  flow.server = *IpAddress::parse("10.0.2.40");
  flow.server_port = 5432;
  flow.start_time = stamp_ns(1'700'000'000'000'000'000);
  flow.end_time = flow.start_time + seconds(60);
  flow.end = FlowEnd::rst;
  flow.handshake.outcome = HandshakeOutcome::established;
  flow.handshake.connect = milliseconds(3);
  flow.server_rtt.network = {.n = 160,
                             .min = microseconds(900),
                             .p50 = microseconds(920),
                             .p90 = milliseconds(1),
                             .p95 = milliseconds(2),
                             .p99 = milliseconds(43),
                             .max = milliseconds(50)};
  flow.server_rtt.ack = flow.server_rtt.network;
  flow.server_rtt.ack.p50 = milliseconds(40);
  flow.client_rtt.network = {.n = 9,
                             .min = microseconds(20),
                             .p50 = microseconds(30),
                             .p90 = microseconds(30),
                             .p95 = microseconds(30),
                             .p99 = microseconds(30),
                             .max = microseconds(30)};
  flow.service = {.n = 3,
                  .min = milliseconds(1),
                  .p50 = milliseconds(5),
                  .p90 = milliseconds(9),
                  .p95 = milliseconds(9),
                  .p99 = milliseconds(9),
                  .max = milliseconds(9)};
  flow.turns = 4;
  flow.c2s.segments = 1'000;
  flow.s2c.segments = 1'000;
  flow.c2s.retransmits = 20;
  flow.s2c.retransmits = 10;
  flow.c2s.bytes = 600'000;
  flow.s2c.bytes = 600'000;
  flow.c2s.packets = 700;
  flow.s2c.packets = 800;
  flow.c2s.stall = milliseconds(150);
  flow.s2c.stall = milliseconds(100);
  flow.c2s.zero_window = milliseconds(20);
  flow.c2s.lost_downstream = 5;
  flow.s2c.lost_upstream = 6;
  flow.tls = TlsRecord{.sni = SafeText("API.internal.example"),
                       .version = "1.3",
                       .resumed = false,
                       .network = {},
                       .server = {}};
  return flow;
}

WhereLabels sample_labels() {
  return {.client_zone = "use1-az1",
          .server_zone = "use1-az2",
          .service = "orders",
          .state = "breach",
          .path = "C",
          .connections = 62};
}

struct Row {
  const char* text;
  bool matches;
};

void expect_rows(const std::vector<Row>& rows, const FlowRecord& flow,
                 const WhereLabels& labels) {
  for (const auto& row : rows) {
    const auto where = parse_where(row.text);
    ASSERT_TRUE(where) << row.text << ": " << where.error().message;
    EXPECT_EQ(where->matches(flow, labels), row.matches) << row.text;
  }
}

TEST(Where, SelectsByAddressAndPort) {
  expect_rows(
      {
          {"", true},
          {"   ", true},
          {"dst:10.0.2.0/24", true},
          {"dst:10.0.1.0/24", false},
          {"src:10.0.1.17", true},
          {"src:10.0.1.18", false},
          {"client:10.0.0.0/8 server:10.0.0.0/8", true},
          {"server:10.0.2.40:5432", true},
          {"server:10.0.2.40:5433", false},
          {"client:10.0.1.17:51904", true},
          {"host:10.0.2.40", true},
          {"host:10.0.1.17", true},
          {"host:10.0.1.17:5432", false},
          {"host:10.0.3.1", false},
          {"host:10.0.3.1,10.0.2.40", true},
          {"dst:2001:db8::/32", false},
          {"dst:[2001:db8::1]:443,10.0.2.40", true},
          {"dst:[2001:db8::1]", false},
          {"port:5432", true},
          {"port:51904", true},
          {"port:5433,5432", true},
          {"port:5433", false},
          {"!port:5432", false},
          {"!port:5433", true},
          {"DST:10.0.2.40", true},
          {"dst:10.0.2.40 port:5433", false},
          {"\tdst:10.0.2.40\t port:5432 ", true},
      },
      sample_flow(), {});
}

TEST(Where, SelectsIpv6) {
  auto flow = sample_flow();
  flow.server = *IpAddress::parse("2001:db8::5");
  flow.server_port = 443;
  expect_rows({{"dst:2001:db8::/32", true},
               {"dst:2001:db8::5", true},
               {"dst:[2001:db8::5]:443", true},
               {"dst:[2001:db8::5]:80", false},
               {"dst:[2001:db8::5]", true},
               {"dst:0.0.0.0/0", false},
               {"/\\[2001:db8::5\\]:443/", true}},
              flow, {});
}

TEST(Where, SelectsByWord) {
  expect_rows(
      {
          {"proto:tcp", true},
          {"proto:udp", false},
          {"proto:udp,TCP", true},
          {"end:rst", true},
          {"end:fin,open", false},
          {"outcome:refused,timeout", false},
          {"outcome:established", true},
          {"id:17", true},
          {"id:1,17,18", true},
          {"id:171", false},
          {"sni:api.internal.example", true},
          {"sni:api", false},
          {"sni:api*", true},
          {"sni:*.EXAMPLE", true},
          {"sni:*intern*", true},
          {"sni:*a*p*i*e", true},
          {"sni:*a*p*i*z", false},
          {"sni:*", true},
          {"!sni:other.example", true},
      },
      sample_flow(), {});
}

TEST(Where, SelectsByLabel) {
  expect_rows(
      {
          {"zone:use1-az1", true},
          {"zone:use1-az2", true},
          {"zone:use1-az3", false},
          {"!zone:use1-az3", true},
          {"zone:use1-az1>use1-az2", true},
          {"zone:use1-az2>use1-az1", false},
          {"zone:use1-az2>use1-az1,use1-az1>use1-az2", true},
          {"zone:use1-*>use1-az2", true},
          {"zone:>use1-az2", true},
          {"zone:use1-az1>", true},
          {"svc:orders", true},
          {"svc:ord", false},
          {"state:breach,warn", true},
          {"state:ok", false},
          {"path:c", true},
          {"conns>60", true},
          {"conns<60", false},
      },
      sample_flow(), sample_labels());
}

TEST(Where, Compares) {
  expect_rows(
      {
          {"p99>2ms", true},          {"p99>43ms", false},
          {"p99>=43ms", true},        {"p99<=43ms", true},
          {"p99<43ms", false},        {"p99=43ms", true},
          {"p99>42.9ms", true},       {"p99>0.05s", false},
          {"p99>42999999ns", true},   {"p50>919us", true},
          {"rtt>919us", true},        {"rtt>920us", false},
          {"rtt.p95=2ms", true},      {"p90=1000us", true},
          {"min<1ms max<51ms", true}, {"ack>39ms", true},
          {"ack.p99=43ms", true},     {"service>4ms service<6ms", true},
          {"service.max=9ms", true},  {"connect>2ms", true},
          {"stall>249ms", true},      {"stall>250ms", false},
          {"zerowindow=20ms", true},  {"duration=60s", true},
          {"retx>1%", true},          {"retx>1.5%", false},
          {"retx>=1.5%", true},       {"retx>29", true},
          {"retx>30", false},         {"bytes>1M", true},
          {"bytes>1199k", true},      {"bytes>1.2M", false},
          {"bytes<1G", true},         {"packets=1500", true},
          {"turns=4", true},          {"lost>10", true},
          {"lost=11", true},          {"stall>0", true},
          {"!p99>2ms", false},        {"!p99>2s", true},
          {"P99>2MS", true},
      },
      sample_flow(), {});
}

TEST(Where, MatchesRegularExpressions) {
  expect_rows(
      {
          {"/10\\.0\\.1\\.17:519/", true},
          {"/^10.* 10.0.2.40:5432 /", true},
          {"/API/", true},
          {"/api/", false},
          {"/(?i)api/", true},
          {"!/API/", false},
          {"/a\\/b/", false},
          {"/17:51904 10/", true},
          {"//", true},
      },
      sample_flow(), {});
}

// What is not known is neither true nor false.
TEST(Where, UnknownSelectsNothing) {
  FlowRecord flow;
  expect_rows({{"p99>0", false},
               {"!p99>0", false},
               {"service<1s", false},
               {"connect<1s", false},
               {"retx<100%", false},
               {"retx=0", true},
               {"zone:a", false},
               {"!zone:a", false},
               {"zone:a>b", false},
               {"!zone:a>b", false},
               {"svc:a", false},
               {"!svc:a", false},
               {"state:*", false},
               {"path:C", false},
               {"conns>0", false},
               {"sni:a", false},
               {"!sni:a", true}},
              flow, {});
  const WhereLabels half{.client_zone = "a",
                         .server_zone = {},
                         .service = {},
                         .state = {},
                         .path = {},
                         .connections = {}};
  expect_rows({{"zone:a", true},
               {"zone:b", false},
               {"!zone:b", false},
               {"zone:a>b", false},
               {"!zone:a>b", false},
               {"!zone:c>b", true},
               {"zone:a>", true}},
              flow, half);
}

struct ProblemRow {
  const char* text;
  std::size_t column;
  bool incomplete;
  const char* expected;  ///< a part of it
};

TEST(Where, SaysWhereAndWhatWasExpected) {
  const ProblemRow rows[] = {
      {"p99>", 5, true, "ns, us, ms or s"},
      {"p99>2", 5, true, "ns, us, ms or s"},
      {"p99>2m", 5, true, "ns, us, ms or s"},
      {"p99>2. ", 5, false, "ns, us, ms or s"},
      {"p99>2x", 5, false, "ns, us, ms or s"},
      {"p99>2 port:1", 5, false, "ns, us, ms or s"},
      {"p99>-2ms", 5, false, "ns, us, ms or s"},
      {"p99>infms", 5, false, "ns, us, ms or s"},
      {"p99>nan", 5, false, "ns, us, ms or s"},
      {"p99", 4, true, "comparison"},
      {"p9", 3, true, "comparison"},
      {"service.p9", 11, true, "comparison"},
      {"service.", 9, true, "comparison"},
      {"service.p97>1ms", 1, false, "/regex/"},
      {"service.p97", 1, false, "/regex/"},
      {"po", 3, true, ": or a comparison"},
      {"port", 5, true, ": or a comparison"},
      {"port ", 1, false, "dst:"},
      {"port:", 6, true, "0 to 65535"},
      {"port:80,", 9, true, "0 to 65535"},
      {"port:,80", 6, false, "0 to 65535"},
      {"port:65536", 6, false, "0 to 65535"},
      {"port:80,http", 9, false, "0 to 65535"},
      {"port>80", 1, false, "dst:"},
      {"bytes:1M", 1, false, "comparison"},
      {"bytes>1T", 7, false, "k, M or G"},
      {"retx>1%%", 6, false, "share"},
      {"dst:10.1", 5, true, "prefix"},
      {"dst:10.1 port:1", 5, false, "prefix"},
      {"dst:10.1.2.0/", 5, true, "prefix"},
      {"dst:10.1.2.0/33", 5, false, "prefix"},
      {"dst:example.com", 5, false, "prefix"},
      {"dst:10.0.0.1:99999", 5, true, "address:port"},
      {"proto:t", 7, true, "tcp, udp"},
      {"proto:tcq", 7, false, "tcp, udp"},
      {"id:x", 4, false, "number of a flow"},
      {"!", 2, true, "term"},
      {"! port:1", 2, false, "dst:"},
      {"!!port:1", 2, false, "dst:"},
      {"/abc", 5, true, "/ at the end"},
      {"/abc\\", 6, true, "/ at the end"},
      {"/(/", 1, false, "RE2"},
      {"/a/b", 4, false, "space"},
      {"hello", 1, false, "dst:"},
      {"hello world", 1, false, "dst:"},
      {"port:80 #", 9, false, "dst:"},
      {"p99 >2ms", 4, false, "right after"},
      {"zone:", 6, true, "CLIENT>SERVER"},
      {"sni:", 5, true, "text"},
  };
  for (const auto& row : rows) {
    const auto reading = read_where(row.text);
    ASSERT_TRUE(reading.problem) << row.text;
    EXPECT_EQ(reading.problem->column, row.column) << row.text;
    EXPECT_EQ(reading.problem->incomplete, row.incomplete) << row.text;
    EXPECT_NE(reading.problem->expected.find(row.expected), std::string::npos)
        << row.text << ": " << reading.problem->expected;
    const auto strict = parse_where(row.text);
    ASSERT_FALSE(strict) << row.text;
    EXPECT_EQ(strict.error().kind, ErrorKind::usage);
  }
}

// While a filter is typed, what stands complete applies and nothing on the way
// is called a mistake.
TEST(Where, EveryBeginningIsCompleteOrIncomplete) {
  constexpr std::string_view kText =
      "dst:10.0.2.0/24,10.1.2.3:80 port:5432 !zone:az1>az2 svc:orders p99>2ms "
      "retx>1% service.p95<=10ms state:breach,warn proto:tcp /re\\/gex/ "
      "bytes>=1.5M id:17";
  for (std::size_t n = 0; n <= kText.size(); ++n) {
    const auto reading = read_where(kText.substr(0, n));
    if (!reading.problem) continue;
    EXPECT_TRUE(reading.problem->incomplete) << kText.substr(0, n);
    EXPECT_LE(reading.problem->column, n + 1);
  }
  EXPECT_TRUE(parse_where(kText));

  const auto typing = read_where("port:5432 p99>");
  EXPECT_TRUE(typing.where.matches(sample_flow()));
  auto other = sample_flow();
  other.server_port = 80;
  EXPECT_FALSE(typing.where.matches(other));
  EXPECT_TRUE(read_where("p99>").where.empty());
}

TEST(Where, ErrorsQuoteTheTextSafely) {
  const auto where = parse_where("port:\x1b[2J");
  ASSERT_FALSE(where);
  EXPECT_EQ(where.error().message,
            "filter 'port:\\x1b[2J': column 6: expected a port, 0 to 65535");
}

}  // namespace
}  // namespace netlat
