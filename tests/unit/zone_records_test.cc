// Records of netlat zones and netlat flowlogs over samples.  With
// NETLAT_RECORDS_DIR set they are also written there, for tests/records/check
// to hold against their schemas.

#include <gtest/gtest.h>

#include <fstream>

#include "netlat/flowlog/log_reader.h"
#include "netlat/report/flowlog_report.h"
#include "netlat/report/zone_answer.h"
#include "netlat/report/zone_findings.h"
#include "netlat/zone/zone_reader.h"
#include "tests/support/kept_records.h"
#include "tests/support/temp_dir.h"

namespace netlat {
namespace {

Bytes octets_of(std::string_view text) {
  const void* const at = text.data();
  return {static_cast<const std::uint8_t*>(at), text.size()};
}

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

ZoneMap a_map() {
  auto reading = read_zone_map_text(
      "m\x1b",
      "cidr,zone,region,scope,label,kind,source,valid_from_us,valid_to_us\n"
      "10.0.0.0/8,use1-az1,us-east-1,,\"a \"\"b\"\",\xc3\xa9\",subnet,x,,\n"
      "10.0.1.0/24,use1-az2,us-east-1,vpc-1,,pod,,1,1767225600000000\n"
      "10.0.2.0/24,use1-az2,,,,,,,\n"
      "10.0.2.0/24,use1-az3,,,,,,,\n"
      "3.5.0.0/19,,us-east-1,,aws:S3,cloud,,,\n");
  EXPECT_TRUE(reading.map);
  return std::move(*reading.map);
}

TEST(Records, OfZonesSayWhatIsNotKnown) {
  const ZoneMap map = a_map();
  JsonWriter json;
  std::string lines;
  for (const char* address :
       {"10.0.0.1", "10.0.1.1", "10.0.2.1", "3.5.0.1", "2001:db8::1"}) {
    lines += zone_answer_line(json, map, zone_answer(map, ip(address), Stamp{}),
                              Stamp{});
  }
  for (const ZoneFinding& finding : lint_zones(map)) {
    lines += zone_finding_line(json, map, finding);
  }
  ZoneDoubt doubt;
  doubt.line = doubt.other = 1;
  doubt.samples = 100;
  lines += zone_finding_line(json, map, doubt);
  lines +=
      zone_address_line(json, ip("10.0.2.1"), {ZoneStatus::ambiguous, 3, 1000});
  test::keep_for_check("zone.ndjson", lines);
  for (const char* part :
       {"\"status\":\"known\",\"zone\":\"use1-az1\",\"region\":\"us-east-1\"",
        "\"file\":\"m\\u001b\",\"line\":2,\"role\":\"decides\"",
        "\"label\":\"a \\\"b\\\",\\u00e9\"", "\"role\":\"not_valid\"",
        "\"status\":\"ambiguous\",\"zone\":null",
        "\"status\":\"unknown\",\"zone\":null,\"region\":\"us-east-1\"",
        "\"class\":\"internet\",\"lines\":[]", "\"fault\":\"conflict\"",
        "\"fault\":\"too_far\"",
        "\"address\":\"10.0.2.1\",\"status\":\"ambiguous\""}) {
    EXPECT_NE(lines.find(part), std::string::npos) << part << " in " << lines;
  }
}

constexpr std::string_view kLog =
    "version interface-id srcaddr dstaddr srcport dstport protocol packets "
    "bytes start end action log-status flow-direction pkt-srcaddr pkt-dstaddr "
    "team\n"
    "5 eni-1 10.0.0.1 10.0.2.9 40000 443 6 10 1000 1767225600 1767225658 "
    "ACCEPT OK egress 10.0.0.1 192.0.2.9 x\n"
    "5 eni-2 10.0.0.1 192.0.2.9 40000 443 6 9 900 1767225600 1767225658 "
    "ACCEPT OK ingress 10.0.0.1 192.0.2.9 x\n"
    "5 eni-1 10.0.0.1 10.0.1.1 40000 22 6 1 40 1767225600 1767225658 REJECT OK "
    "egress 10.0.0.1 10.0.1.1 x\n"
    "5 eni-1 - - - - - - - 1767225600 1767225658 - SKIPDATA - - - -\n"
    "5 eni-1 10.0\n";

constexpr const char* kFlow =
    R"({"type":"flow","v":1,"id":7,"proto":"tcp","client_ip":"10.0.0.1",)"
    R"("client_port":40000,"server_ip":"192.0.2.9","server_port":443,)"
    R"("start_us":1767225601000000,"end_us":1767225650000000,)"
    R"("rtt":{"server":{"network":{"n":9,"p50_ns":5,"p99_ns":9}}},)"
    R"("c2s":{"packets":10},"s2c":{"packets":10}})";

class Both final : public LogSink {
 public:
  Both(LogSummary& summary, FlowJoin& join) : summary_(summary), join_(join) {}
  void record(const LogRecord& record) override {
    summary_.record(record);
    join_.record(record);
  }

 private:
  LogSummary& summary_;
  FlowJoin& join_;
};

std::string lines_of(const FlowLogReport& report) {
  JsonWriter json;
  std::string lines;
  for (const LogFile& file : report.reader.files()) {
    lines += flowlog_file_line(json, file);
  }
  for (const PairTotal& pair : report.summary.pairs()) {
    lines += zone_pair_line(json, report, pair);
  }
  const MeasuredTalkers measured = measured_talkers(*report.join);
  for (const Talker* talker : talkers_by_bytes(report.summary)) {
    const auto of = measured.find(talker->key);
    lines += talker_line(json, report, *talker,
                         of == measured.end() ? nullptr : &of->second);
  }
  for (const JoinedFlow& flow : report.join->flows()) {
    lines += joined_flow_line(json, flow);
  }
  lines += flowlog_summary_line(json, report);
  return lines;
}

TEST(Records, OfFlowLogsSayWhatIsNotKnown) {
  const ZoneMap map = a_map();
  const test::TempDir dir;
  const std::string path = dir.path("flows.ndjson");
  std::ofstream(path) << kFlow << '\n';
  FlowJoin join;
  ASSERT_TRUE(join.read(path));
  LogSummary summary(&map);
  Both both(summary, join);
  LogReader reader(both);
  reader.read_text("log\x9b", octets_of(kLog));
  summary.finish();
  join.finish(summary.places());
  FlowLogReport report{reader, summary, &join};
  std::string lines = lines_of(report);
  report.cost_per_gb = 0.02;
  lines += lines_of(report);
  test::keep_for_check("flowlog.ndjson", lines);
  for (const char* part :
       {"\"source\":\"log\\u009b\",\"format\":\"aws-text\",\"lines\":6",
        "\"field_count\":1", "\"unknown_fields\":[\"team\"]",
        "\"from_zone\":\"use1-az1\",\"to_zone\":null", "\"skip_data\":1",
        "\"captured\":{\"connections\":1,\"network_rtt_p50_ns\":5}",
        "\"captured\":{\"connections\":null,\"network_rtt_p50_ns\":null}",
        "\"lost_to_server\":1,\"lost_to_client\":null,\"coverage\":0.5,"
        "\"via\":\"10.0.2.9\",\"other_leg_ip\":null,\"other_leg_port\":null,"
        "\"incomplete\":true",
        "\"rejected_records\":1,\"rejected_packets\":1"}) {
    EXPECT_NE(lines.find(part), std::string::npos) << part << " in " << lines;
  }
}

}  // namespace
}  // namespace netlat
