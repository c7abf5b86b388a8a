// Records that netlat writes are read back as what they were.

#include <gtest/gtest.h>

#include "netlat/report/flow_json.h"
#include "netlat/report/interval_json.h"
#include "netlat/report/segment_json.h"
#include "netlat/term/record_parser.h"

namespace netlat {
namespace {

template <class T>
T parsed(std::string_view line) {
  RecordParser parser;
  auto record = parser.parse(line);
  EXPECT_TRUE(record);
  EXPECT_TRUE(std::holds_alternative<T>(*record)) << record->index();
  return std::get<T>(std::move(*record));
}

TEST(RecordParser, ReadsIntervals) {
  Interval interval;
  interval.start = stamp_ns(1'700'000'000'000'000'000);
  interval.end = interval.start + std::chrono::seconds(1);
  IntervalStats& row = interval.services.emplace_back();
  row.key.server = *IpAddress::parse("10.0.0.7");
  row.key.port = 443;
  row.server_rtt.add(std::chrono::microseconds(412));
  row.server_rtt.add(Nanos{0});
  row.service.add(std::chrono::seconds(3));
  row.packets = 7;
  row.retransmits = 2;
  IntervalDrops drops;
  drops.kernel = 3;
  drops.interface = 4;
  JsonWriter json;
  const auto r = parsed<IntervalRecord>(
      interval_line(json, interval, row, nullptr, drops));
  EXPECT_EQ(r.start, interval.start);
  EXPECT_EQ(r.end, interval.end);
  EXPECT_EQ(r.server, "10.0.0.7:443");
  ExponentialHistogram rtt;
  r.server_rtt.add_to(rtt);
  EXPECT_EQ(rtt, row.server_rtt);
  EXPECT_TRUE(r.client_rtt.empty());
  EXPECT_EQ(r.service.totals(), row.service.totals());
  EXPECT_EQ(r.counts.packets, 7u);
  EXPECT_EQ(r.counts.retransmits, 2u);
  EXPECT_EQ(r.dropped, 7u);
  EXPECT_TRUE(r.tainted);
  EXPECT_FALSE(r.whole_run);
}

TEST(RecordParser, ReadsFlows) {
  FlowRecord f;
  f.id = 17;
  f.client = *IpAddress::parse("2001:db8::1");
  f.server = *IpAddress::parse("2001:db8::2");
  f.client_port = 40'000;
  f.server_port = 443;
  f.end = FlowEnd::rst;
  f.handshake.outcome = HandshakeOutcome::refused;
  f.handshake.connect = std::chrono::microseconds(950);
  f.server_rtt.network = {200,         Nanos{1000}, Nanos{2000}, Nanos{3000},
                          Nanos{4000}, Nanos{5000}, Nanos{6000}};
  f.c2s.segments = 100;
  f.c2s.retransmits = 5;
  f.c2s.by_cause[static_cast<std::size_t>(RetransmitCause::rto)] = 5;
  f.s2c.lost_upstream = 9;
  f.s2c.mss = std::uint16_t{1460};
  f.tls.emplace();
  f.tls->sni = SafeText("\x1b[31mshop");
  FlowJson json;
  const auto r = parsed<FlowRow>(json.line(f, "eth0", {}));
  EXPECT_EQ(r.id, 17u);
  EXPECT_EQ(r.client, f.client);
  EXPECT_EQ(r.server_port, 443);
  EXPECT_EQ(r.end, FlowEnd::rst);
  EXPECT_EQ(r.outcome, HandshakeOutcome::refused);
  EXPECT_EQ(r.connect, f.handshake.connect);
  EXPECT_EQ(r.sni.find('\x1b'), std::string::npos);
  const FlowRecord back = r.flow_record();
  EXPECT_EQ(back.server_rtt.network.p99, Nanos{5000});
  EXPECT_EQ(back.c2s.by_cause, f.c2s.by_cause);
  EXPECT_EQ(back.s2c.lost_upstream, 9u);
  EXPECT_EQ(back.s2c.mss, f.s2c.mss);
}

TEST(RecordParser, ReadsSegments) {
  SegmentRecord segment;
  segment.time = stamp_ns(1'700'000'000'000'005'000);
  segment.flow = 17;
  segment.length = 1448;
  segment.flags = 0x10;
  SegmentFacts& facts = segment.facts;
  facts.dir = Dir::s2c;
  facts.segment_class = SegmentClass::late_fill;
  facts.has_cause = true;
  facts.cause = RetransmitCause::rto;
  facts.rtt_count = 1;
  facts.rtt[0].rtt = std::chrono::microseconds(900);
  facts.rtt[0].network = true;
  facts.has_service = true;
  facts.turn = std::chrono::microseconds(70);
  JsonWriter json;
  auto s = parsed<SegmentRow>(segment_line(json, segment));
  EXPECT_EQ(s.time, segment.time);
  EXPECT_EQ(s.flow, 17u);
  EXPECT_EQ(s.dir, Dir::s2c);
  EXPECT_EQ(s.length, 1448u);
  EXPECT_EQ(s.what, SegmentClass::late_fill);
  EXPECT_EQ(s.cause, RetransmitCause::rto);
  EXPECT_EQ(s.rtt, std::chrono::microseconds(900));
  EXPECT_EQ(s.service, facts.turn);
  EXPECT_FALSE(s.elapsed);
  EXPECT_TRUE(s.closes_window);

  facts.rtt[0].network = false;
  facts.has_cause = facts.has_service = false;
  segment.flags = 0x12;  // the window of a SYN-ACK may be 0
  s = parsed<SegmentRow>(segment_line(json, segment));
  EXPECT_FALSE(s.rtt);
  EXPECT_FALSE(s.cause);
  EXPECT_FALSE(s.service);
  EXPECT_FALSE(s.closes_window);
}

TEST(RecordParser, ReadsFindings) {
  RecordParser parser;
  auto record = parser.parse(
      R"({"type":"finding","v":1,"cause":"net.loss","family":"network",)"
      R"("title":"packet loss\u001b[2J on the path","start_us":5000000,)"
      R"("end_us":9000000,"scope":{"dimension":"zone_pair","value":"a > b"},)"
      R"("score":0.93,"excess_ns":72000000000,"affected":{"turns":1904,)"
      R"("connections":61},"baseline":{"n":160,"p50_ns":910000,)"
      R"("p99_ns":1100000},"during":{"n":20,"p50_ns":920000,)"
      R"("p99_ns":41200000},"evidence":[{"frame":812,"time_us":1,)"
      R"("what":"IP-ID gap"},{"what":"floor unchanged"}],)"
      R"("contradicts":["the server"],"alternatives":[{"cause":"net.queue",)"
      R"("score":0.4}],"advice":"probe the path"})");
  ASSERT_TRUE(record);
  const auto* notice = std::get_if<NoticeRecord>(&*record);
  ASSERT_NE(notice, nullptr);
  EXPECT_EQ(notice->time, stamp_ns(5'000'000'000));
  EXPECT_EQ(notice->where, "a > b");
  EXPECT_EQ(notice->what.find('\x1b'), std::string::npos);
  EXPECT_TRUE(notice->what.starts_with("packet loss"));
  EXPECT_EQ(notice->evidence,
            (std::vector<std::string>{
                "net.loss, score 0.93, 72.0 s of waiting more, 1,904 turns of "
                "61 connections",
                "before: p50 910 us, p99 1.10 ms of 160",
                "during: p50 920 us, p99 - of 20", "frame 812: IP-ID gap",
                "floor unchanged", "not: the server", "or: net.queue",
                "do: probe the path"}));
}

TEST(RecordParser, ReadsChangesOfRoute) {
  RecordParser parser;
  auto record = parser.parse(
      R"({"type":"event","v":1,"event":"route_change","time_us":7000000,)"
      R"("target":"api","flow":0,"ttl":3,"epoch":1,"before":"10.0.0.1",)"
      R"("after":null})");
  ASSERT_TRUE(record);
  const auto* notice = std::get_if<NoticeRecord>(&*record);
  ASSERT_NE(notice, nullptr);
  EXPECT_EQ(notice->where, "api");
  EXPECT_EQ(notice->what, "path changed from hop 3 on");
  EXPECT_EQ(notice->evidence,
            std::vector<std::string>{"hop 3 was 10.0.0.1, is no answer"});
}

TEST(RecordParser, TakesWhatIsThere) {
  struct Case {
    const char* name;
    const char* line;
    std::size_t index;  ///< of the variant
  };
  for (const Case& c :
       {Case{"a type not known", R"({"type":"weather","v":1})", 0},
        Case{"an interval without times", R"({"type":"interval"})", 0},
        Case{"one that ends before it starts",
             R"({"type":"interval","start_us":9,"end_us":1,"key":{}})", 0},
        Case{"one with times alone",
             R"({"type":"interval","start_us":0,"end_us":1000000,"key":{}})",
             1},
        Case{"values of other kinds",
             R"({"type":"interval","start_us":0,"end_us":1,"key":{"server":[]},
                 "packets":"many","rtt":7})",
             1},
        Case{"times beyond any", R"({"type":"interval","start_us":0,
                 "end_us":9223372036854775807,"key":{}})",
             0},
        Case{"a flow without addresses", R"({"type":"flow","id":1})", 0},
        Case{"a problem", R"({"type":"problem","message":"x"})", 6},
        Case{"a finding without a time", R"({"type":"finding"})", 0},
        Case{"a finding of nothing else",
             R"({"type":"finding","start_us":1,"evidence":[1,{}]})", 5},
        Case{"an event of another kind",
             R"({"type":"event","event":"x","time_us":1})", 0}}) {
    RecordParser parser;
    const auto record = parser.parse(c.line);
    ASSERT_TRUE(record) << c.name;
    EXPECT_EQ(record->index(), c.index) << c.name;
  }
  RecordParser parser;
  for (const char* line : {"", "x", "[1]", "{\"type\":", "7", "{}"}) {
    EXPECT_FALSE(parser.parse(line)) << line;
  }
}

}  // namespace
}  // namespace netlat
