#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "netlat/zone/zone_reader.h"
#include "tests/support/temp_dir.h"

namespace netlat {
namespace {

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

std::string zone_at(const ZoneMap& map, const char* address) {
  const ZoneResult r = map.lookup(ip(address), Stamp{});
  if (r.status == ZoneStatus::ambiguous) return "ambiguous";
  return std::string(map.zone(r.zone).name);
}

struct Row {
  const char* name;
  const char* text;
  const char* address;
  const char* zone;     // at that address, with what can be read
  const char* problem;  // the first, empty if there is none
};

class MapText : public testing::TestWithParam<Row> {};

TEST_P(MapText, IsReadLineByLine) {
  const Row& row = GetParam();
  const auto strict = read_zone_map_text("m", row.text);
  const auto lenient = read_zone_map_text("m", row.text, {.keep_going = true});
  ASSERT_TRUE(lenient.map);
  EXPECT_EQ(zone_at(*lenient.map, row.address), row.zone);
  EXPECT_EQ(strict.map.has_value(), *row.problem == '\0');
  const std::string first =
      strict.problems.empty() ? "" : strict.problems[0].message;
  EXPECT_EQ(first, row.problem);
  EXPECT_EQ(strict.problem_count, lenient.problem_count);
}

constexpr const char* kIp = "10.1.2.3";
const Row kRows[] = {
    {"two columns", "cidr,zone\n10.0.0.0/8,a\n", kIp, "a", ""},
    {"other order", "zone,cidr\na,10.0.0.0/8\n", kIp, "a", ""},
    {"unknown columns", "cidr,rack,zone\n10.0.0.0/8,r1,a\n", kIp, "a", ""},
    {"byte order mark",
     "\xef\xbb\xbf"
     "cidr,zone\n10.0.0.0/8,a\n",
     kIp, "a", ""},
    {"carriage returns", "cidr,zone\r\n10.0.0.0/8,a\r\n", kIp, "a", ""},
    {"blanks around", "cidr , zone\n 10.0.0.0/8 ,\ta \n", kIp, "a", ""},
    {"comments and blank lines", "# x\n\ncidr,zone\n  # y\n10.0.0.0/8,a\n", kIp,
     "a", ""},
    {"quotes", "cidr,label,zone\n10.0.0.0/8,\"a, \"\"b\"\"\",\"z\"\n", kIp, "z",
     ""},
    {"bare address", "cidr,zone\n10.1.2.3,a\n", kIp, "a", ""},
    {"host bits", "cidr,zone\n10.255.0.1/8,a\n", kIp, "a", ""},
    {"all of IPv4", "cidr,zone\n0.0.0.0/0,a\n", kIp, "a", ""},
    {"all of IPv6 holds no IPv4", "cidr,zone\n::/0,a\n", kIp, "", ""},
    {"mapped address", "cidr,zone\n::ffff:10.1.2.3,a\n", kIp, "a", ""},
    {"mapped prefix", "cidr,zone\n::ffff:10.0.0.0/104,a\n", kIp, "a", ""},
    {"mapped lookup", "cidr,zone\n10.0.0.0/8,a\n", "::ffff:10.1.2.3", "a", ""},
    {"two maps after another",
     "cidr,zone\n10.0.0.0/16,a\nzone,cidr\nb,10.1.0.0/16\n", kIp, "b", ""},
    {"a label called cidr", "cidr,zone,label\n10.0.0.0/8,a,cidr\n", kIp, "a",
     ""},
    {"a format mark", "#netlat-zones 1\ncidr,zone\n10.0.0.0/8,a\n", kIp, "a",
     ""},
    {"a longer prefix", "cidr,zone\n10.0.0.0/8,a\n10.1.2.0/24,b\n", kIp, "b",
     ""},
    {"named zone with its id",
     "cidr,zone\n10.0.0.0/8,name:q/n\n#zone-name q n i\n", kIp, "i", ""},
    {"name of another scope",
     "cidr,zone\n10.0.0.0/8,name:r/n\n#zone-name q n i\n", kIp, "name:r/n", ""},
    {"bare name of its scope",
     "cidr,zone,scope\n10.0.0.0/8,us-east-1d,v\n#zone-name v us-east-1d i\n",
     kIp, "i", ""},

    {"length too long", "cidr,zone\n10.0.0.0/33,a\n10.0.0.0/8,b\n", kIp, "b",
     "m:2: 10.0.0.0/33 is not a prefix"},
    {"mapped but short", "cidr,zone\n::ffff:10.0.0.0/24,a\n", kIp, "",
     "m:2: ::ffff:10.0.0.0/24 is not a prefix"},
    {"hostile prefix", "cidr,zone\n\x1b[2J,a\n", kIp, "",
     "m:2: \\x1b[2J is not a prefix"},
    {"no prefix", "cidr,zone\n,a\n", kIp, "", "m:2: names no prefix"},
    {"too few columns", "cidr,zone,region\n10.0.0.0/8,a\n", kIp, "",
     "m:2: has 2 of 3 columns"},
    {"too many columns", "cidr,zone\n10.0.0.0/8,a,b\n", kIp, "",
     "m:2: has 3 of 2 columns"},
    {"half a line", "cidr,zone\n10.0.0.0/8,a\n10.1.0.0/16,use1-a", kIp, "a",
     "m:3: the file ends within this line; if it is whole, end it with a "
     "newline"},
    {"open quote", "cidr,zone\n10.0.0.0/8,\"a\n", kIp, "",
     "m:2: a quote is not closed, or text follows it"},
    {"text after a quote", "cidr,zone\n10.0.0.0/8,\"a\"b\n", kIp, "",
     "m:2: a quote is not closed, or text follows it"},
    {"no header", "10.0.0.0/8,a\n", kIp, "",
     "m:1: no column cidr; the first line names the columns, cidr and zone at "
     "least"},
    {"no zone column", "cidr,region\n10.0.0.0/8,a\n", kIp, "",
     "m:1: no column zone; the first line names the columns, cidr and zone at "
     "least"},
    {"column twice", "cidr,zone,x,zone\n10.0.0.0/8,a,b,c\n", kIp, "",
     "m:1: column zone is there twice, as number 2 and 4; remove one"},
    {"unknown column twice", "cidr,x,x,zone\n10.0.0.0/8,a,b,c\n", kIp, "c", ""},
    {"nothing", "", kIp, "",
     "m: has no line that names its columns; the first is, for example: "
     "cidr,zone"},
    {"another format", "#netlat-zones 2\ncidr,zone\n10.0.0.0/8,a\n", kIp, "",
     "m:1: is a map of format 2, and this netlat reads format 1 only"},
    {"no time", "cidr,zone,valid_from_us\n10.0.0.0/8,a,noon\n", kIp, "",
     "m:2: noon is no time; write microseconds since 1970"},
    {"time beyond 64 bits",
     "cidr,zone,valid_to_us\n10.0.0.0/8,a,9300000000000000\n", kIp, "",
     "m:2: 9300000000000000 is no time; write microseconds since 1970"},
    {"name without scope", "cidr,zone\n10.0.0.0/8,name:x\n", kIp, "",
     "m:2: name:x lacks its scope; write name:SCOPE/NAME"},
    {"name in two places", "cidr,zone\n#zone-name q n i\n#zone-name q n j\n",
     kIp, "", "m:3: zone name n of q has another id on an earlier line"},
    {"zone-name short", "cidr,zone\n#zone-name q n\n", kIp, "",
     "m:2: write: #zone-name SCOPE NAME ID"},
    {"include in text", "cidr,zone\n#include other\n", kIp, "",
     "other: was not handed over"},
};

INSTANTIATE_TEST_SUITE_P(ZoneReader, MapText, testing::ValuesIn(kRows),
                         [](const auto& row) {
                           std::string name = row.param.name;
                           for (char& c : name) {
                             if (!isalnum(static_cast<unsigned char>(c))) {
                               c = '_';
                             }
                           }
                           return name;
                         });

TEST(ZoneReader, NamesEveryBrokenLineAndRefusesTheRest) {
  std::string text = "cidr,zone\n";
  for (int i = 0; i < 10; ++i) {
    text += i % 4 == 1 ? "x,a\n" : "10.0." + std::to_string(i) + ".0/24,a\n";
  }
  const auto strict = read_zone_map_text("m", text);
  EXPECT_FALSE(strict.map);
  ASSERT_EQ(strict.problems.size(), 3u);
  EXPECT_EQ(strict.problems[2].message, "m:11: x is not a prefix");
  const auto lenient = read_zone_map_text("m", text, {.keep_going = true});
  EXPECT_EQ(lenient.problems.size(), 3u);
  EXPECT_EQ(lenient.map->line_count(), 7u);
}

TEST(ZoneReader, KeepsALimitedNumberOfSentencesAndCountsAll) {
  std::string text = "cidr,zone\n";
  for (int i = 0; i < 3000; ++i) text += "x,a\n10.0.0.1/8,a\n";
  const auto reading = read_zone_map_text("m", text, {.keep_going = true});
  EXPECT_EQ(reading.problems.size(), ZoneMapReading::kMostSentences);
  EXPECT_EQ(reading.problem_count, 3000u);
  EXPECT_EQ(reading.warnings.size(), ZoneMapReading::kMostSentences);
  EXPECT_EQ(reading.warning_count, 3000u);
}

TEST(ZoneReader, WarnsOfAConflictWithBothLines) {
  const auto reading =
      read_zone_map_text("m", "cidr,zone\n10.0.0.0/8,a\n10.0.0.0/8,b\n");
  EXPECT_EQ(zone_at(*reading.map, kIp), "ambiguous");
  ASSERT_EQ(reading.warnings.size(), 1u);
  EXPECT_EQ(reading.warnings[0],
            "m:2 and m:3 put 10.0.0.0/8 into a and b: ambiguous");
}

TEST(ZoneReader, SaysThatALineIsTooLongForAMap) {
  const std::string text = "cidr,zone\n" + std::string(70'000, 'x');
  const auto reading = read_zone_map_text("m", text);
  ASSERT_EQ(reading.problems.size(), 1u);
  EXPECT_NE(reading.problems[0].message.find("m:2: is longer than 65536"),
            std::string::npos);
}

TEST(ZoneReader, IncludesFilesBesideTheMap) {
  const test::TempDir d;
  std::filesystem::create_directory(d.path() + "/sub");
  const auto main =
      d.write("main.csv", "cidr,zone\n#include sub/pods.csv\n10.0.0.0/8,a\n");
  d.write("sub/pods.csv", "zone,cidr\nb,10.1.2.3\n#include more.csv\n");
  d.write("sub/more.csv", "cidr,zone\n10.2.0.0/16,c\n");
  const auto reading = read_zone_maps({main});
  ASSERT_TRUE(reading.map) << reading.problems[0].message;
  EXPECT_EQ(zone_at(*reading.map, kIp), "b");
  EXPECT_EQ(zone_at(*reading.map, "10.2.0.1"), "c");
  EXPECT_EQ(zone_at(*reading.map, "10.3.0.1"), "a");
  const ZoneResult r = reading.map->lookup(ip(kIp), Stamp{});
  EXPECT_EQ(reading.map->line(r.line).file, d.path() + "/sub/pods.csv");
  EXPECT_EQ(reading.map->line(r.line).number, 2u);
}

TEST(ZoneReader, ReadsFromTextsAsFromFiles) {
  const std::vector<std::string> paths = {"maps/main.csv", "/etc/other.csv"};
  ZoneTexts texts = {
      {"maps/main.csv", "cidr,zone\n#include sub/pods.csv\n10.0.0.0/8,a\n"},
      {"maps/sub/pods.csv", "zone,cidr\nb,10.1.2.3\n#include /more.csv\n"},
      {"/more.csv", "cidr,zone\n10.2.0.0/16,c\n"},
      {"/etc/other.csv", "cidr,zone\n#include /more.csv\n"}};
  const auto reading = read_zone_map_texts(paths, texts);
  ASSERT_TRUE(reading.map) << reading.problems[0].message;
  EXPECT_EQ(zone_at(*reading.map, kIp), "b");
  EXPECT_EQ(zone_at(*reading.map, "10.2.0.1"), "c");
  EXPECT_EQ(reading.files, (std::vector<std::string>{
                               "maps/main.csv", "maps/sub/pods.csv",
                               "/more.csv", "/etc/other.csv", "/more.csv"}));
  texts["/more.csv"] += "#include /etc/other.csv\n";
  const auto circle = read_zone_map_texts(paths, texts);
  ASSERT_FALSE(circle.map);
  EXPECT_NE(circle.problems[0].message.find("more.csv: includes itself"),
            std::string::npos)
      << circle.problems[0].message;
}

TEST(ZoneReader, RefusesAFileThatIncludesItself) {
  const test::TempDir d;
  const auto one = d.write("one.csv", "cidr,zone\n#include two.csv\n");
  d.write("two.csv", "cidr,zone\n#include ./one.csv\n10.0.0.0/8,a\n");
  const auto reading = read_zone_maps({one}, {.keep_going = true});
  ASSERT_EQ(reading.problems.size(), 1u);
  EXPECT_NE(reading.problems[0].message.find("one.csv: includes itself"),
            std::string::npos);
  EXPECT_EQ(zone_at(*reading.map, kIp), "a");
}

TEST(ZoneReader, SaysWhyAFileCannotBeRead) {
  const test::TempDir d;
  EXPECT_NE(read_zone_maps({d.path() + "/none"})
                .problems[0]
                .message.find("No such file"),
            std::string::npos);
  EXPECT_NE(
      read_zone_maps({d.path()}).problems[0].message.find("is a directory"),
      std::string::npos);
}

TEST(ZoneReader, FindsTheMapThatTheEnvironmentNames) {
  const test::TempDir d;
  std::filesystem::create_directories(d.path() + "/netlat");
  const auto in_config = d.write("netlat/zones.csv", "cidr,zone\n");
  setenv("XDG_CONFIG_HOME", d.path().c_str(), 1);
  unsetenv("NETLAT_ZONES");
  EXPECT_EQ(default_zone_maps(), std::vector<std::string>{in_config});
  setenv("NETLAT_ZONES", "a.csv::b.csv", 1);
  EXPECT_EQ(default_zone_maps(), (std::vector<std::string>{"a.csv", "b.csv"}));
  unsetenv("NETLAT_ZONES");
  unsetenv("XDG_CONFIG_HOME");
}

}  // namespace
}  // namespace netlat
