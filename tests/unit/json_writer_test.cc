#include "netlat/report/json_writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace netlat {
namespace {

TEST(JsonWriter, PutsCommasBetweenAndNowhereElse) {
  JsonWriter json;
  json.begin("x");
  json.open_object("empty");
  json.close_object();
  json.open_array("list");
  json.element("a");
  json.element("b");
  json.open_object();
  json.field("n", 1);
  json.close_object();
  json.close_array();
  json.field("yes", true);
  json.field("none", std::optional<int>());
  EXPECT_EQ(json.finish(),
            "{\"type\":\"x\",\"v\":1,\"empty\":{},\"list\":[\"a\",\"b\","
            "{\"n\":1}],\"yes\":true,\"none\":null}\n");
}

TEST(JsonWriter, WritesTheWholeRangeOfIntegers) {
  JsonWriter json;
  json.begin("x");
  json.field("a", std::numeric_limits<std::int64_t>::min());
  json.field("b", std::numeric_limits<std::uint64_t>::max());
  json.field("c", 9);
  json.field("d", 10);
  json.field("e", -1);
  EXPECT_EQ(json.finish(),
            "{\"type\":\"x\",\"v\":1,\"a\":-9223372036854775808,"
            "\"b\":18446744073709551615,\"c\":9,\"d\":10,\"e\":-1}\n");
}

struct TextRow {
  const char* name;
  std::string_view octets;
  const char* expected;
};

constexpr TextRow kTexts[] = {
    {"plain", "a.pcap", "a.pcap"},
    {"quotes", "\"\\", "\\\"\\\\"},
    {"newline and escape", "\n\x1b[2J", "\\u000a\\u001b[2J"},
    {"zero octet", {"a\0b", 3}, "a\\u0000b"},
    {"delete", "\x7f", "\\u007f"},
    {"two octets", "\xc3\xa9", "\\u00e9"},
    {"C1 control as UTF-8", "\xc2\x9b", "\\u009b"},
    {"right-to-left override", "\xe2\x80\xae", "\\u202e"},
    {"beyond the first plane", "\xf0\x9f\x98\x80", "\\ud83d\\ude00"},
    {"lone octet", "\xff", "\\u00ff"},
    {"overlong slash", "\xc0\xaf", "\\u00c0\\u00af"},
    {"surrogate in UTF-8", "\xed\xa0\x80", "\\u00ed\\u00a0\\u0080"},
    {"cut sequence", "\xe2\x80", "\\u00e2\\u0080"},
    {"above the last plane", "\xf4\x90\x80\x80",
     "\\u00f4\\u0090\\u0080\\u0080"},
};

TEST(JsonWriter, EscapesEverythingButPrintableAscii) {
  JsonWriter json;
  for (const TextRow& row : kTexts) {
    SCOPED_TRACE(row.name);
    json.begin("x");
    json.text("t", row.octets);
    EXPECT_EQ(json.finish(), std::string("{\"type\":\"x\",\"v\":1,\"t\":\"") +
                                 row.expected + "\"}\n");
  }
}

TEST(JsonWriter, GrowsForLongTextAndKeepsWhatWasWritten) {
  JsonWriter json;
  const std::string longer(100'000, '\x01');
  json.begin("x");
  json.field("before", 7);
  json.text("t", longer);
  json.field("after", 8);
  const std::string line(json.finish());
  EXPECT_EQ(line.size(), std::string("{\"type\":\"x\",\"v\":1,\"before\":7,"
                                     "\"t\":\"\",\"after\":8}\n")
                                 .size() +
                             6 * longer.size());
  EXPECT_NE(line.find("\"before\":7,"), std::string::npos);
  EXPECT_NE(line.find("\"after\":8}"), std::string::npos);
}

}  // namespace
}  // namespace netlat
