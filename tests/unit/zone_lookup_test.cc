// Lookups against an oracle that reads the rules of netlat-zones(5) one by one
// over all lines, for random maps over few addresses, so that prefixes,
// scopes, kinds and times overlap in every way.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "netlat/zone/zone_reader.h"

namespace netlat {
namespace {

using Strings = std::vector<std::string>;

struct Line {
  Prefix prefix;
  std::string cidr, zone, region, scope, kind;
  std::optional<int> from, to;  // microseconds

  std::string text() const {
    const auto time = [](const std::optional<int>& t) {
      return t ? std::to_string(*t) : std::string();
    };
    return fmt::format("{},{},{},{},{},{},{}\n", cidr, zone, region, scope,
                       kind, time(from), time(to));
  }
};

struct Answer {
  std::string place;  // zone, or "region R", or empty
  int tier = 3;       // id, scoped name, region, nothing
  bool ambiguous = false;
  bool operator<(const Answer& o) const { return place < o.place; }
};

class Oracle {
 public:
  Oracle(const std::vector<Line>& lines, const Strings& scopes,
         const std::map<std::string, std::string>& names)
      : lines_(lines), scopes_(scopes), names_(names) {}

  Answer ask(const IpAddress& address, int us) const {
    std::vector<const Line*> holding;
    std::set<std::string> named;
    for (const Line& l : lines_) {
      const bool asked =
          l.scope.empty() || scopes_.empty() ||
          std::count(scopes_.begin(), scopes_.end(), l.scope) > 0;
      const bool valid =
          l.from.value_or(us) <= us && us < l.to.value_or(us + 1);
      if (!asked || !valid || !l.prefix.contains(address)) continue;
      if (l.prefix.address.is_v4() != address.is_v4()) continue;
      holding.push_back(&l);
      if (!l.scope.empty()) named.insert(l.scope);
    }
    if (named.empty() || !scopes_.empty()) return of_scope(holding);
    std::vector<Answer> answers;
    for (const std::string& scope : named) {
      std::vector<const Line*> own;
      for (const Line* l : holding) {
        if (l->scope.empty() || l->scope == scope) own.push_back(l);
      }
      answers.push_back(of_scope(own));
    }
    return together(answers);
  }

 private:
  static int rank(const std::string& kind) {
    const Strings kinds = {"manual", "pod", "eni", "subnet"};
    if (kind.empty()) return 0;
    return static_cast<int>(std::find(kinds.begin(), kinds.end(), kind) -
                            kinds.begin());
  }
  template <class Keep>
  static void keep(std::vector<const Line*>& lines, const Keep& wanted) {
    std::erase_if(lines, [&](const Line* l) { return !wanted(*l); });
  }

  Answer of_scope(std::vector<const Line*> lines) const {
    int longest = -1, best = 99;
    bool named = false;
    for (const Line* l : lines)
      longest = std::max<int>(longest, l->prefix.length);
    keep(lines, [&](const Line& l) { return l.prefix.length == longest; });
    for (const Line* l : lines) named = named || !l->scope.empty();
    keep(lines, [&](const Line& l) { return !named || !l.scope.empty(); });
    for (const Line* l : lines) best = std::min(best, rank(l->kind));
    keep(lines, [&](const Line& l) { return rank(l.kind) == best; });
    if (best == 1) {
      int latest = -1;
      for (const Line* l : lines)
        latest = std::max(latest, l->from.value_or(-1));
      keep(lines, [&](const Line& l) {
        return l.to || l.from.value_or(-1) == latest;
      });
    }
    std::vector<Answer> answers;
    for (const Line* l : lines) answers.push_back(said(*l));
    return together(answers);
  }

  Answer said(const Line& l) const {
    if (l.zone.empty() && l.region.empty()) return {};
    if (l.zone.empty()) return {"region " + l.region, 2};
    std::string key = l.zone;
    if (l.zone == "us-east-1b") {
      key = "name:" + (l.scope.empty() ? "*" : l.scope) + "/us-east-1b";
    }
    const auto id = names_.find(key);
    if (id != names_.end()) return {id->second, 0};
    if (key.substr(0, 5) != "name:") return {key, 0};
    return {key == "name:*/us-east-1b" ? "us-east-1b" : key, 1};
  }

  static Answer together(std::vector<Answer> answers) {
    Answer out;
    int best = 3;
    for (const Answer& a : answers) {
      if (a.ambiguous) return a;
      best = std::min(best, a.tier);
    }
    std::erase_if(answers, [&](const Answer& a) { return a.tier != best; });
    const std::set<Answer> different(answers.begin(), answers.end());
    if (different.empty()) return out;
    out = *different.begin();
    out.ambiguous = different.size() > 1;
    return out;
  }

  const std::vector<Line>& lines_;
  const Strings& scopes_;
  const std::map<std::string, std::string>& names_;
};

class Random {
 public:
  explicit Random(unsigned seed) : generator_(seed) {}
  int below(int n) {
    return static_cast<int>(generator_() % static_cast<unsigned>(n));
  }
  const std::string& of(const Strings& words) {
    return words[static_cast<std::size_t>(
        below(static_cast<int>(words.size())))];
  }

 private:
  std::mt19937 generator_;
};

// Few addresses, at both ends of the space as well.
std::string some_address(Random& random) {
  const int host = random.below(16);
  switch (random.below(6)) {
    case 0:
      return fmt::format("255.255.255.{}", 240 + host);
    case 1:
      return fmt::format("0.0.0.{}", host);
    case 2:
      return fmt::format("2001:db8::{:x}", host);
    case 3:
      return fmt::format("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff{:x}", host);
    case 4:
      return fmt::format("::{:x}", host);
    default:
      return fmt::format("10.0.0.{}", host);
  }
}

Line some_line(Random& random) {
  Line l;
  const std::string address = some_address(random);
  const int whole = address.find(':') == std::string::npos ? 32 : 128;
  const int length =
      random.below(12) == 0 ? random.below(whole + 1) : whole - random.below(6);
  l.cidr = fmt::format("{}/{}", address, length);
  l.prefix = *Prefix::parse(l.cidr);
  l.zone = random.of({"use1-az1", "use1-az2", "use1-az1", "name:a/x",
                      "name:b/x", "us-east-1b", "", "dc"});
  l.region = random.of({"", "", "us-east-1", "eu"});
  l.scope = random.of({"", "", "a", "b", "c"});
  l.kind = random.of({"", "manual", "pod", "pod", "eni", "subnet"});
  if (random.below(3) == 0) l.from = random.below(6);
  if (random.below(6) == 0) l.to = random.below(8);
  return l;
}

void check(unsigned seed) {
  Random random(seed);
  std::vector<Line> lines(static_cast<std::size_t>(random.below(40)));
  std::string text = "cidr,zone,region,scope,kind,valid_from_us,valid_to_us\n";
  for (Line& l : lines) {
    l = some_line(random);
    text += l.text();
  }
  std::map<std::string, std::string> names;
  if (random.below(3) == 0) {
    names["name:a/x"] = "use1-az2";
    text += "#zone-name a x use1-az2\n";
  }
  if (random.below(3) == 0) {
    names["name:*/us-east-1b"] = "use1-az1";
    text += "#zone-name * us-east-1b use1-az1\n";
  }
  const Strings choices[] = {{}, {"a"}, {"a", "b"}, {"none"}};
  const Strings& scopes = choices[random.below(4)];
  auto reading = read_zone_map_text("map", text, {.scopes = scopes});
  ASSERT_TRUE(reading.map) << reading.problems[0].message;
  const Oracle oracle(lines, scopes, names);
  for (int i = 0; i < 60; ++i) {
    const std::string where = some_address(random);
    const int us = random.below(8);
    const IpAddress address = *IpAddress::parse(where);
    const ZoneResult got =
        reading.map->lookup(address, stamp_ns(us * 1000 + random.below(1000)));
    const Answer want = oracle.ask(address, us);
    const std::string context =
        fmt::format("seed {}, {} at {}\n{}", seed, where, us, text);
    if (want.ambiguous) {
      ASSERT_EQ(to_word(got.status), "ambiguous") << context;
      ASSERT_EQ(got.zone, 0u) << context;
      continue;
    }
    ASSERT_EQ(to_word(got.status), want.tier < 2 ? "known" : "unknown")
        << context;
    const Zone zone = reading.map->zone(got.zone);
    const std::string place = zone.name.empty() && !zone.region.empty()
                                  ? "region " + std::string(zone.region)
                                  : std::string(zone.name);
    ASSERT_EQ(place, want.place) << context;
    if (got.line != 0) {
      const ZoneLine line = reading.map->line(got.line);
      ASSERT_TRUE(line.prefix.contains(address)) << context;
      ASSERT_EQ(line.zone, got.zone) << context;
    }
  }
}

TEST(ZoneLookup, AgreesWithTheRulesReadOneByOne) {
  for (unsigned seed = 0; seed < 4000; ++seed) {
    check(seed);
    if (HasFatalFailure()) return;
  }
}

// Enough prefixes for a tree of several levels, of which every border is
// asked on both sides.
TEST(ZoneLookup, FindsEveryBorderOfALargeMap) {
  for (const bool v6 : {false, true}) {
    std::string text = "cidr,zone\n";
    constexpr int kPrefixes = 6000;
    const auto address = [&](int i) {
      return v6 ? fmt::format("2001:db8:{:x}::{:x}", i / 50, i % 50 * 4)
                : fmt::format("10.{}.{}.{}", i / 4096, i / 16 % 256,
                              i % 16 * 16);
    };
    for (int i = 0; i < kPrefixes; ++i) {
      text += fmt::format("{}/{},z{}\n", address(i), v6 ? 127 : 29, i % 7);
    }
    const auto reading = read_zone_map_text("map", text);
    ASSERT_TRUE(reading.map);
    const auto ask = [&](const IpAddress& a) {
      return std::string(
          reading.map->zone(reading.map->lookup(a, Stamp{}).zone).name);
    };
    for (int i = 0; i < kPrefixes; ++i) {
      auto octets = IpAddress::parse(address(i))->bytes();
      const std::string zone = fmt::format("z{}", i % 7);
      const int size = v6 ? 2 : 8;
      ASSERT_EQ(ask(IpAddress::v6(octets.data())), zone);
      octets[15] = static_cast<std::uint8_t>(octets[15] + size - 1);
      ASSERT_EQ(ask(IpAddress::v6(octets.data())), zone);
      ++octets[15];
      ASSERT_EQ(ask(IpAddress::v6(octets.data())), "");
    }
  }
}

}  // namespace
}  // namespace netlat
