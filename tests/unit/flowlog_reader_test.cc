// Lines and entries to records, and what is said of those that are none.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lib/flowlog/entry_stream.h"
#include "lib/flowlog/values.h"
#include "netlat/flowlog/log_reader.h"

namespace netlat {
namespace {

struct Kept final : LogSink {
  void record(const LogRecord& record) override {
    records.push_back(record);
    zones.push_back(std::string(record.src_zone) + '>' +
                    std::string(record.dst_zone));
  }
  std::vector<LogRecord> records;  // views are not valid
  std::vector<std::string> zones;
};

Bytes octets_of(const std::string& text) {
  const void* const at = text.data();
  return {static_cast<const std::uint8_t*>(at), text.size()};
}

struct FaultCase {
  const char* name;
  const char* line;
  LineFault fault;
};

constexpr char kHeader[] =
    "srcaddr dstaddr srcport dstport protocol packets bytes start end action "
    "log-status\n";

TEST(FlowLogReader, CommasSeparateWhereTheHeaderHasThem) {
  struct Row {
    const char* name;
    const char* line;
    std::size_t records, refused;
  };
  constexpr Row kRows[] = {
      {"plain", "10.0.0.1,10.0.0.2,1,2,6,1,9,0,0,ACCEPT,OK,x", 1, 0},
      {"quoted",
       R"("10.0.0.1","10.0.0.2","1","2","6","1","9","0","0","ACCEPT",)"
       R"("OK","x")",
       1, 0},
      {"a comma and quotes within",
       R"(10.0.0.1,10.0.0.2,1,2,6,1,9,0,0,ACCEPT,OK,"a, ""b"", c")", 1, 0},
      {"empty last field", "10.0.0.1,10.0.0.2,1,2,6,1,9,0,0,ACCEPT,OK,", 1, 0},
      {"empty ports", "10.0.0.1,10.0.0.2,,,6,1,9,0,0,ACCEPT,OK,x", 1, 0},
      {"no bytes", "10.0.0.1,10.0.0.2,1,2,6,1,,0,0,ACCEPT,OK,x", 0, 1},
      {"one field less", "10.0.0.1,10.0.0.2,1,2,6,1,9,0,0,ACCEPT,OK", 0, 1},
      {"a quote left open", R"(10.0.0.1,10.0.0.2,1,2,6,1,9,0,0,ACCEPT,"OK,x)",
       0, 1},
      {"blanks do not separate", "10.0.0.1 10.0.0.2 1 2 6 1 9 0 0 ACCEPT OK x",
       0, 1},
  };
  for (const Row& row : kRows) {
    Kept kept;
    LogReader reader(kept);
    reader.read_text("x", octets_of("srcaddr,dstaddr,srcport,dstport,protocol,"
                                    "packets,bytes,start,\"end\",action,"
                                    "log_status,tag\n" +
                                    std::string(row.line) + "\r\n"));
    EXPECT_EQ(kept.records.size(), row.records) << row.name;
    EXPECT_EQ(reader.files()[0].counts.refused_total(), row.refused)
        << row.name;
    for (const LogRecord& r : kept.records) EXPECT_EQ(r.bytes, 9u) << row.name;
  }
}

TEST(FlowLogReader, NamesWhatIsWrongWithALine) {
  const FaultCase cases[] = {
      {"one field less", "10.0.0.1 10.0.0.2 1 2 6 1 1 0 0 ACCEPT",
       LineFault::field_count},
      {"one field more", "10.0.0.1 10.0.0.2 1 2 6 1 1 0 0 ACCEPT OK x",
       LineFault::field_count},
      {"port too large", "10.0.0.1 10.0.0.2 65536 2 6 1 1 0 0 ACCEPT OK",
       LineFault::bad_value},
      {"octet too large", "10.0.0.256 10.0.0.2 1 2 6 1 1 0 0 ACCEPT OK",
       LineFault::bad_value},
      {"negative bytes", "10.0.0.1 10.0.0.2 1 2 6 1 -1 0 0 ACCEPT OK",
       LineFault::bad_value},
      {"time beyond", "10.0.0.1 10.0.0.2 1 2 6 1 1 99999999999 0 ACCEPT OK",
       LineFault::bad_value},
      {"action in lower case", "10.0.0.1 10.0.0.2 1 2 6 1 1 0 0 accept OK",
       LineFault::bad_value},
      {"no bytes", "10.0.0.1 10.0.0.2 1 2 6 1 - 0 0 ACCEPT OK",
       LineFault::no_value},
      {"no source", "- 10.0.0.2 1 2 6 1 1 0 0 ACCEPT OK", LineFault::no_value},
  };
  for (const FaultCase& c : cases) {
    Kept kept;
    LogReader reader(kept);
    reader.read_text("x", octets_of(kHeader + std::string(c.line) + '\n'));
    const LineCounts& n = reader.files()[0].counts;
    EXPECT_EQ(n.refused[static_cast<std::size_t>(c.fault)], 1U) << c.name;
    EXPECT_EQ(n.refused_total(), 1U) << c.name;
    EXPECT_TRUE(kept.records.empty()) << c.name;
    ASSERT_EQ(reader.problem_count(), 1U) << c.name;
    EXPECT_EQ(reader.problems()[0].message.substr(0, 4), "x:2:") << c.name;
  }
}

TEST(FlowLogReader, AZoneIsThatOfTheEndThatWasLogged) {
  const std::string header =
      "az-id flow-direction srcaddr dstaddr pkt-srcaddr pkt-dstaddr bytes\n";
  const struct {
    const char* name;
    const char* line;
    const char* zones;
  } cases[] = {
      {"egress", "z1 egress 10.0.0.1 10.0.0.2 10.0.0.1 10.0.0.2 1", "z1>"},
      {"ingress", "z1 ingress 10.0.0.1 10.0.0.2 10.0.0.1 10.0.0.2 1", ">z1"},
      {"no direction", "z1 - 10.0.0.1 10.0.0.2 10.0.0.1 10.0.0.2 1", ">"},
      {"passed on", "z1 egress 10.0.0.9 10.0.0.2 10.0.0.1 10.0.0.2 1", ">"},
      {"peer differs", "z1 egress 10.0.0.1 10.0.0.9 10.0.0.1 10.0.0.2 1",
       "z1>"},
  };
  for (const auto& c : cases) {
    Kept kept;
    LogReader reader(kept);
    reader.read_text("x", octets_of(header + c.line + '\n'));
    ASSERT_EQ(kept.zones.size(), 1U) << c.name;
    EXPECT_EQ(kept.zones[0], c.zones) << c.name;
    EXPECT_EQ(kept.records[0].src.text(), "10.0.0.1") << c.name;
  }
}

TEST(FlowLogReader, ReadsAddressesAsTheSystemDoes) {
  for (const char* const text :
       {"10.0.0.1", "255.255.255.255", "256.1.1.1", "1.2.3", "1.2.3.4.5",
        "1..2.3", "::1", "::ffff:10.0.0.1", "", ".", "1.2.3.", "a.b.c.d",
        "0001.2.3.4", "1.2.3.4 "}) {
    EXPECT_EQ(read_address(text), IpAddress::parse(text)) << text;
  }
}

// Hands out one octet at a time.
class Drops final : public ByteStream {
 public:
  explicit Drops(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    if (at_ == text_.size()) return std::size_t{0};
    into[0] = static_cast<std::uint8_t>(text_[at_++]);
    return std::size_t{1};
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

TEST(FlowLogEntries, AreFoundWhereTheyMayStand) {
  const struct {
    const char* name;
    const char* text;
    std::vector<std::string> entries;  // "!" before damaged ones
  } cases[] = {
      {"a line each", "{\"a\":1}\n{\"a\":2}\n", {"{\"a\":1}", "{\"a\":2}"}},
      {"an array",
       "[{\"a\":[1]},\n {\"b\":{}}]",
       {"{\"a\":[1]}", "{\"b\":{}}"}},
      {"records",
       "{\"records\":[{\"a\":1},{\"b\":2}]}",
       {"{\"a\":1}", "{\"b\":2}"}},
      {"after others",
       "{\"g\":\"[\",\"logEvents\" : [{\"m\":\"}\"}],\"t\":1}",
       {"{\"m\":\"}\"}"}},
      {"two documents",
       "{\"events\":[{}]}{\"events\":[{\"a\":1}]}",
       {"{}", "{\"a\":1}"}},
      {"records within",
       "{\"a\":{\"records\":[{}]}}",
       {"{\"a\":{\"records\":[{}]}}"}},
      {"escaped quote", "{\"a\":\"\\\"}\"}", {"{\"a\":\"\\\"}\"}"}},
      {"half a line", "{\"a\":\n{\"b\":1}\n", {"!{\"a\":\n", "{\"b\":1}"}},
      {"open string",
       "{\"a\":\"x\n{\"b\":1}\n",
       {"!{\"a\":\"x\n", "{\"b\":1}"}},
      {"cut off", "{\"a\":1", {"!{\"a\":1"}},
      {"closed twice", "}{\"a\":1}", {"!}", "{\"a\":1}"}},
  };
  for (const auto& c : cases) {
    Drops stream(c.text);
    EntryStream entries(stream);
    std::vector<std::string> found;
    while (const auto entry = entries.next()) {
      found.push_back((entry->damaged ? "!" : "") + std::string(entry->text));
    }
    EXPECT_EQ(found, c.entries) << c.name;
  }
}

}  // namespace
}  // namespace netlat
