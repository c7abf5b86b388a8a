#include <gtest/gtest.h>

#include "netlat/zone/address_class.h"
#include "netlat/zone/prefix_text.h"
#include "netlat/zone/utc_time.h"
#include "netlat/zone/zone_lint.h"
#include "netlat/zone/zone_reader.h"

namespace netlat {
namespace {

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

ZoneMap map_of(const std::string& text, const ZoneMapOptions& options = {}) {
  auto reading = read_zone_map_text("m", text, options);
  EXPECT_TRUE(reading.map) << reading.problems[0].message;
  return std::move(*reading.map);
}

TEST(ZoneExpectedRtt, OfTheTimeAskedAboutElseOfAnother) {
  const ZoneMap map = map_of(
      "#expected-rtt az-a name:x/us-east-1a 700 0 300000000\n"
      "#expected-rtt az-a az-b 900 300000000 600000000\n"
      "cidr,zone,region\n"
      "10.0.1.0/24,az-a,r1\n"
      "10.0.2.0/24,az-b,r1\n"
      "10.0.3.0/24,az-c,r2\n"
      "10.0.4.0/24,az-d,r2\n"
      "#zone-name x us-east-1a az-b\n"
      "#expected-rtt az-a az-b 1100 400000000 600000000\n"
      "#expected-rtt az-a az-b 1300 400000000 500000000\n"
      "#expected-rtt az-a az-a 90 0 1\n"
      "#expected-rtt region:r1 region:r2 60000 0 600000000\n");
  struct Row {
    const char* name;
    const char *from, *to;
    std::int64_t first, last;
    std::optional<ExpectedRtt> expected;
  };
  const auto us = [](std::int64_t n) { return std::chrono::microseconds(n); };
  const Row rows[] = {
      {"by the name of an account", "10.0.1.1", "10.0.2.1", 0, 10,
       ExpectedRtt{us(700), true}},
      {"the other way", "10.0.2.1", "10.0.1.1", 0, 10,
       ExpectedRtt{us(700), true}},
      {"the middle one of three", "10.0.1.1", "10.0.2.1", 410, 420,
       ExpectedRtt{us(1100), true}},
      {"at its end: no more", "10.0.1.1", "10.0.2.1", 300, 310,
       ExpectedRtt{us(900), true}},
      {"of another time", "10.0.1.1", "10.0.2.1", 900, 910,
       ExpectedRtt{us(1100), false}},
      {"within a zone", "10.0.1.1", "10.0.1.2", 0, 10,
       ExpectedRtt{us(90), true}},
      {"of the regions", "10.0.1.1", "10.0.3.1", 0, 10,
       ExpectedRtt{us(60000), true}},
      {"two zones of a region without figures", "10.0.3.1", "10.0.4.1", 0, 10,
       std::nullopt},
      {"no zone", "10.0.1.1", "192.0.2.1", 0, 10, std::nullopt},
  };
  for (const Row& row : rows) {
    const auto at = [](std::int64_t s) {
      return Stamp{std::chrono::seconds(s)};
    };
    EXPECT_EQ(map.expected_rtt(map.lookup(ip(row.from), {}).zone,
                               map.lookup(ip(row.to), {}).zone, at(row.first),
                               at(row.last)),
              row.expected)
        << row.name;
  }
}

TEST(ZoneExpectedRtt, LinesThatSayLessAreNamed) {
  for (const char* line :
       {"#expected-rtt a b 700", "#expected-rtt a b 700 5 5",
        "#expected-rtt a b 0 1 2", "#expected-rtt a b 99999999999 1 2",
        "#expected-rtt a b x 1 2", "#expected-rtt a b 1 1 2 3",
        "#expected-rtt name:a b 700 1 2"}) {
    const auto reading =
        read_zone_map_text("m", std::string("cidr,zone\n") + line + "\n");
    EXPECT_EQ(reading.problem_count, 1u) << line;
    EXPECT_FALSE(reading.map) << line;
  }
}

TEST(ZoneRelation, ComparesOnlyWhatCanBeCompared) {
  const ZoneMap map = map_of(
      "cidr,zone,region,scope\n"
      "10.0.1.0/24,use1-az1,us-east-1,*\n"
      "10.0.2.0/24,use1-az2,us-east-1,*\n"
      "10.0.3.0/24,euw1-az1,eu-west-1,*\n"
      "10.0.4.0/24,us-east-1a,us-east-1,*\n"
      "10.0.5.0/24,us-east-1b,us-east-1,*\n"
      "10.0.6.0/24,name:other/us-east-1a,us-east-1,*\n"
      "10.0.7.0/24,,us-east-1,*\n"
      "10.0.8.0/24,dc,,*\n"
      "10.0.9.0/24,eu-west-1a,eu-west-1,*\n");
  struct Row {
    const char* name;
    const char *a, *b;
    ZoneRelation relation;
  };
  using enum ZoneRelation;
  const Row rows[] = {
      {"one zone", "10.0.1.1", "10.0.1.2", same},
      {"two ids", "10.0.1.1", "10.0.2.1", cross},
      {"two regions", "10.0.1.1", "10.0.3.1", cross_region},
      {"one name twice", "10.0.4.1", "10.0.4.2", same},
      {"two names of one scope", "10.0.4.1", "10.0.5.1", cross},
      {"one name in two scopes", "10.0.4.1", "10.0.6.1", unknown},
      {"name and id", "10.0.1.1", "10.0.4.1", unknown},
      {"name and id of two regions", "10.0.1.1", "10.0.9.1", cross_region},
      {"region alone, the same", "10.0.1.1", "10.0.7.1", unknown},
      {"region alone, twice", "10.0.7.1", "10.0.7.2", unknown},
      {"region alone, another", "10.0.3.1", "10.0.7.1", cross_region},
      {"no region", "10.0.1.1", "10.0.8.1", cross},
      {"no line", "10.0.1.1", "10.1.0.1", unknown},
  };
  for (const Row& row : rows) {
    const ZoneId a = map.lookup(ip(row.a), Stamp{}).zone;
    const ZoneId b = map.lookup(ip(row.b), Stamp{}).zone;
    EXPECT_EQ(to_word(map.relation(a, b)), to_word(row.relation)) << row.name;
    EXPECT_EQ(map.relation(a, b), map.relation(b, a)) << row.name;
  }
}

TEST(ZoneMap, ExplainsWhatBecameOfEachLine) {
  const ZoneMap map = map_of(
      "cidr,zone,scope,kind,valid_from_us\n"
      "10.0.0.0/8,a,v,subnet,\n"
      "10.0.0.1/32,a,v,pod,5\n"
      "10.0.0.1/32,b,v,pod,9\n"
      "10.0.0.1/32,c,v,pod,20\n"
      "10.9.0.0/16,x,v,subnet,\n");
  const auto heard = map.explain(ip("10.0.0.1"), stamp_ns(10'000));
  std::string roles;
  for (const ZoneHearing& h : heard) {
    roles += std::string(map.zone(map.line(h.line).zone).name) + ' ' +
             std::string(to_word(h.role)) + '\n';
  }
  EXPECT_EQ(roles, "a overridden\nb decides\nc not_valid\na overridden\n");
  EXPECT_TRUE(map.explain(ip("192.0.2.1"), Stamp{}).empty());
}

TEST(ZoneMap, GivesBackWhatALineSaid) {
  const ZoneMap map = map_of(
      "cidr,zone,region,scope,label,kind,source,valid_from_us,valid_to_us\n"
      "10.0.0.7/8,a,r,s,\"l, m\",pod,k8s-pods,-5,7\n");
  const ZoneLine line = map.line(1);
  EXPECT_EQ(prefix_text(line.prefix), "10.0.0.0/8");
  EXPECT_EQ(map.zone(line.zone).name, "a");
  EXPECT_EQ(line.region, "r");
  EXPECT_EQ(line.scope, "s");
  EXPECT_EQ(line.label, "l, m");
  EXPECT_EQ(line.kind, "pod");
  EXPECT_EQ(line.source, "k8s-pods");
  EXPECT_EQ(to_us(*line.valid_from), -5);
  EXPECT_EQ(to_us(*line.valid_to), 7);
  EXPECT_TRUE(line.host_bits);
  EXPECT_EQ(map.lookup(ip("10.0.0.1"), stamp_ns(-5'001)).line, 0u);
  EXPECT_EQ(map.lookup(ip("10.0.0.1"), stamp_ns(-5'000)).line, 1u);
  EXPECT_EQ(map.lookup(ip("10.0.0.1"), stamp_ns(7'000)).line, 0u);
}

TEST(ZoneLint, NamesEachFault) {
  struct Row {
    const char* name;
    const char* lines;
    const char* faults;
  };
  const std::string header =
      "cidr,zone,region,scope,kind,source,valid_from_us,valid_to_us\n";
  const Row rows[] = {
      {"a good map",
       "10.0.0.0/20,use1-az1,us-east-1,v,subnet,aws-subnets,,\n"
       "10.0.0.1/32,use1-az1,us-east-1,v,eni,aws-enis,,\n"
       "10.0.0.1/32,use1-az1,us-east-1,v,host,aws-instances,,\n"
       "10.0.16.0/20,use1-az2,us-east-1,v,subnet,aws-subnets,,\n"
       "3.0.0.0/8,,us-east-1,*,cloud,aws-ip-ranges,,\n",
       ""},
      {"conflict", "10.0.0.0/8,a,,v,,,,\n10.0.0.0/8,b,,v,,,,\n", "conflict"},
      {"other scopes are no conflict",
       "10.0.0.0/8,a,,v,,,,\n10.0.0.0/8,b,,w,,,,\n", ""},
      {"other times are no conflict",
       "10.0.0.0/8,a,,v,,,1,5\n10.0.0.0/8,b,,v,,,5,9\n", ""},
      {"a new lease is no conflict",
       "10.0.0.1,a,,v,pod,,1,\n10.0.0.1,b,,v,pod,,5,\n", ""},
      {"two leases at one time",
       "10.0.0.1,a,,v,pod,,5,\n10.0.0.1,b,,v,pod,,5,\n", "conflict"},
      {"overlap", "10.0.0.0/8,a,,v,subnet,,,\n10.1.0.0/16,b,,v,subnet,,,\n",
       "overlap"},
      {"overlap with more between",
       "10.0.0.0/8,a,,v,subnet,,,\n10.1.0.0/16,x,,w,subnet,,,\n"
       "10.1.1.0/24,b,,v,eni,,,\n",
       "overlap"},
      {"an exception by hand",
       "10.0.0.0/8,a,,v,subnet,,,\n10.1.0.0/16,b,,v,manual,,,\n", ""},
      {"two regions", "10.0.0.0/8,a,r,v,,,,\n11.0.0.0/8,a,q,v,,,,\n",
       "two_regions"},
      {"a name among ids",
       "10.0.0.0/8,use1-az1,us-east-1,v,,,,\n"
       "11.0.0.0/8,us-east-1d,us-east-1,v,,,,\n"
       "12.0.0.0/8,us-east-1d,us-east-1,v,,,,\n",
       "name_and_id"},
      {"names alone",
       "11.0.0.0/8,us-east-1d,us-east-1,v,,,,\n"
       "12.0.0.0/8,us-east-1a,us-east-1,v,,,,\n",
       ""},
      {"ids of another region",
       "10.0.0.0/8,euw1-az1,eu-west-1,v,,,,\n"
       "11.0.0.0/8,us-east-1d,us-east-1,v,,,,\n",
       ""},
      {"a region as a zone", "10.0.0.0/8,us-central1,,v,,,,\n",
       "region_as_zone"},
      {"its own region", "10.0.0.0/8,paris,paris,v,,,,\n", "region_as_zone"},
      {"a regional subnet", "10.0.0.0/8,x,,v,subnet,gcp-subnets,,\n",
       "region_as_zone"},
      {"no time at all", "10.0.0.0/8,a,,v,,,9,9\n", "never_matches"},
      {"split in two",
       "10.0.0.0/8,a,,v,,,,\n10.0.0.0/9,a,,v,,,,\n10.128.0.0/9,a,,v,,,,\n",
       "never_matches"},
      {"half of it split twice",
       "10.0.0.0/8,a,,v,,,,\n10.0.0.0/9,a,,v,,,,\n10.0.0.0/10,a,,v,,,,\n"
       "10.64.0.0/10,a,,v,,,,\n",
       "never_matches"},
      {"split, but for another scope",
       "10.0.0.0/8,a,,v,,,,\n10.0.0.0/9,a,,w,,,,\n10.128.0.0/9,a,,v,,,,\n", ""},
      {"split, but for a time",
       "10.0.0.0/8,a,,v,,,,\n10.0.0.0/9,a,,v,,,5,\n10.128.0.0/9,a,,v,,,,\n",
       ""},
      {"all of IPv6 split", "::/0,a,,v,,,,\n::/1,a,,v,,,,\n8000::/1,a,,v,,,,\n",
       "never_matches"},
      {"all of IPv6 alone", "::/0,a,,v,,,,\n", ""},
      {"outranked", "10.0.0.1,a,,v,eni,,,\n10.0.0.1,b,,v,host,,,\n",
       "never_matches"},
      {"repeated", "10.0.0.1,a,,v,eni,,,\n10.0.0.1,a,,v,eni,,,\n", "repeated"},
      {"host bits", "10.0.0.1/8,a,,v,,,,\n", "host_bits"},
  };
  for (const Row& row : rows) {
    const ZoneMap map = map_of(header + row.lines);
    std::string faults, text;
    for (const ZoneFinding& f : lint_zones(map)) {
      faults += (faults.empty() ? "" : " ") + std::string(to_word(f.fault));
      text += finding_text(map, f) + '\n';
      EXPECT_EQ(text.substr(0, 2), "m:") << row.name;
    }
    EXPECT_EQ(faults, row.faults) << row.name << '\n' << text;
  }
}

TEST(ZoneLint, CountsTheLinesOfAName) {
  const ZoneMap map = map_of(
      "cidr,zone\n10.0.0.0/8,use1-az1\n11.0.0.0/8,us-east-1d\n"
      "12.0.0.0/8,us-east-1d\n");
  const auto findings = lint_zones(map);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].lines, 2u);
  EXPECT_EQ(map.line(findings[0].line).number, 3u);
  EXPECT_EQ(map.line(findings[0].other).number, 2u);
}

TEST(AddressClass, IsByTheAddressAlone) {
  struct Row {
    const char *address, *word;
  };
  const Row rows[] = {
      {"10.0.0.1", "private"},         {"172.31.255.255", "private"},
      {"172.32.0.0", "internet"},      {"192.168.1.1", "private"},
      {"100.64.0.1", "private"},       {"fd00::1", "private"},
      {"127.0.0.1", "loopback"},       {"::1", "loopback"},
      {"169.254.1.1", "link_local"},   {"fe80::1", "link_local"},
      {"169.254.169.254", "metadata"}, {"fd00:ec2::254", "metadata"},
      {"224.0.0.1", "multicast"},      {"ff02::1", "multicast"},
      {"8.8.8.8", "internet"},         {"2001:db8::1", "internet"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(to_word(address_class(ip(row.address))), row.word) << row.address;
  }
}

TEST(UtcTime, ReadsWhatCloudsWrite) {
  struct Row {
    const char* text;
    std::optional<std::int64_t> us;
  };
  const Row rows[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"2026-01-01T00:00:00Z", 1'767'225'600'000'000},
      {"2026-01-01T02:00:00+02:00", 1'767'225'600'000'000},
      {"2025-12-31T22:30:00-01:30", 1'767'225'600'000'000},
      {"2026-01-01t00:00:00.25z", 1'767'225'600'250'000},
      {"2026-01-01T00:00:00.123456789012Z", 1'767'225'600'123'456},
      {"1969-12-31T23:59:59.5Z", -500'000},
      {"2026-02-29T00:00:00Z", std::nullopt},
      {"2026-01-01T24:00:00Z", std::nullopt},
      {"2026-01-01T00:00:00", std::nullopt},
      {"2026-01-01T00:00:00.Z", std::nullopt},
      {"2026-01-01 00:00:00Z", std::nullopt},
      {"2026-01-01T00:00:00Zx", std::nullopt},
      {"1600-01-01T00:00:00Z", std::nullopt},
      {"", std::nullopt},
      {"20", std::nullopt},
  };
  for (const Row& row : rows) {
    const auto stamp = parse_utc_time(row.text);
    ASSERT_EQ(stamp.has_value(), row.us.has_value()) << row.text;
    if (!stamp) continue;
    EXPECT_EQ(to_us(*stamp), *row.us) << row.text;
    const auto again = parse_utc_time(utc_time_text(*stamp));
    EXPECT_EQ(to_us(*again), *row.us) << row.text;
  }
  EXPECT_EQ(utc_time_text(stamp_ns(-500'000'000)),
            "1969-12-31T23:59:59.500000Z");
}

}  // namespace
}  // namespace netlat
