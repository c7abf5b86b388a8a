// An objective for every pair of zones is watched for each by itself.

#include "netlat/measure/objective_set.h"

#include <gtest/gtest.h>

#include "netlat/zone/zone_reader.h"

namespace netlat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Stamp kStart = stamp_ns(1'700'000'000'000'000'000);

std::vector<Objective> objectives(std::initializer_list<const char*> texts) {
  std::vector<Objective> all;
  for (const char* text : texts) {
    auto read = parse_objective(text);
    EXPECT_TRUE(read) << text;
    if (read) all.push_back(std::move(*read));
  }
  return all;
}

// 10.0.N.0/24 is zone zN.
class Objectives : public testing::Test {
 protected:
  Objectives() {
    std::string text = "#netlat-zones 1\ncidr,zone\n";
    for (int n = 0; n < 100; ++n) {
      text +=
          "10.0." + std::to_string(n) + ".0/24,z" + std::to_string(n) + "\n";
    }
    ZoneMapReading reading = read_zone_map_text("map", text);
    EXPECT_TRUE(reading.map);
    map_.emplace(std::move(*reading.map));
    labeler_.emplace(*map_);
  }

  struct Row {
    int client, server;
    milliseconds service;
  };
  Interval second(std::initializer_list<Row> rows) {
    Interval interval;
    interval.start = kStart + seconds(n_++);
    interval.end = interval.start + seconds(1);
    for (const Row& row : rows) {
      IntervalStats& stats = interval.services.emplace_back();
      stats.client_zone = labeler_->place(in(row.client), interval.start);
      stats.server_zone = labeler_->place(in(row.server), interval.start);
      for (int i = 0; i < 100; ++i) stats.service.add(row.service);
    }
    return interval;
  }
  static IpAddress in(int zone) {
    const std::uint8_t octets[4] = {10, 0, static_cast<std::uint8_t>(zone), 1};
    return IpAddress::v4(octets);
  }
  static std::vector<std::string> texts(const ObjectiveSet& set) {
    std::vector<std::string> all;
    for (const ObjectiveWatch& watch : set.watches()) {
      all.push_back(watch.objective().text);
    }
    return all;
  }

  std::optional<ZoneMap> map_;
  std::optional<ZoneLabeler> labeler_;
  int n_ = 0;
};

TEST_F(Objectives, OnePairBreaksWhatAnotherKeeps) {
  ObjectiveSet set(objectives({"zone:* p50 < 2ms over 10s"}));
  EXPECT_TRUE(set.watches().empty());
  const auto& changed =
      set.advance(second({{1, 2, milliseconds(1)}, {3, 2, milliseconds(9)}}),
                  &*labeler_, false);
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0]->objective().text, "zone:z3->z2 p50 < 2ms over 10s");
  EXPECT_EQ(texts(set),
            (std::vector<std::string>{"zone:z1->z2 p50 < 2ms over 10s",
                                      "zone:z3->z2 p50 < 2ms over 10s"}));
  EXPECT_EQ(set.watches()[0].state().verdict, ObjectiveVerdict::kept);
  EXPECT_EQ(set.watches()[0].state().events, 100U);
  EXPECT_EQ(set.watches()[1].state().verdict, ObjectiveVerdict::broken);
}

TEST_F(Objectives, UnknownZonesAreNoPair) {
  ObjectiveSet set(objectives({"zone:* p50 < 2ms"}));
  set.advance(second({{1, 200, milliseconds(1)}}), &*labeler_, false);
  set.advance(second({{1, 2, milliseconds(1)}}), nullptr, false);
  EXPECT_TRUE(set.watches().empty());
}

TEST_F(Objectives, APairWithALineOfItsOwnIsWatchedOnce) {
  ObjectiveSet set(
      objectives({"zone:z1->z2 p50 < 2ms", "zone:* p50 < 2ms",
                  "zone:z1->* p50 < 2ms", "p50 < 2ms", "p50 < 2ms"}));
  set.advance(second({{1, 2, milliseconds(1)}}), &*labeler_, false);
  EXPECT_EQ(texts(set),
            (std::vector<std::string>{"zone:z1->z2 p50 < 2ms", "p50 < 2ms"}));
}

TEST_F(Objectives, WhatStaysAsItWasKeepsWhatItKnows) {
  ObjectiveSet set(objectives({"zone:* p50 < 2ms over 10s", "p50 < 1s"}));
  set.advance(second({{1, 2, milliseconds(9)}}), &*labeler_, false);
  set.replace(objectives({"p50 < 3s", "zone:* p50 < 2ms over 10s"}));
  EXPECT_EQ(texts(set), (std::vector<std::string>{
                            "p50 < 3s", "zone:z1->z2 p50 < 2ms over 10s"}));
  EXPECT_EQ(set.watches()[0].state().events, 0U);
  EXPECT_EQ(set.watches()[1].state().events, 100U);
  EXPECT_EQ(set.watches()[1].state().verdict, ObjectiveVerdict::broken);
}

TEST_F(Objectives, PairsBeyondTheMostAreCounted) {
  ObjectiveSet set(objectives({"zone:* p50 < 2ms"}));
  for (int client = 0; client < 20; ++client) {
    for (int server = 0; server < 20; ++server) {
      set.advance(second({{client, server, milliseconds(1)}}), &*labeler_,
                  false);
    }
  }
  EXPECT_EQ(set.watches().size(), ObjectiveSet::kMostWatches);
  EXPECT_EQ(set.unwatched(), 400 - ObjectiveSet::kMostWatches);
}

TEST_F(Objectives, ALongWindowIsKeptInSteps) {
  // The window moves by 24 seconds at a time.
  ObjectiveSet set(objectives({"p50 < 2ms over 24h"}));
  const auto& watch = set.watches()[0];
  constexpr int kDay = 86'400, kStep = 24;
  for (int n = 0; n < kDay + 2 * kStep; ++n) {
    Interval interval = second({});
    interval.others.service.add(milliseconds(1));
    set.advance(interval, nullptr, false);
    const auto now = static_cast<std::uint64_t>(n + 1);
    EXPECT_LE(watch.state().events, std::min<std::uint64_t>(now, kDay + kStep));
    EXPECT_GE(watch.state().events, std::min<std::uint64_t>(now, kDay));
    const auto lately = watch.state().events_lately;
    EXPECT_LE(lately, std::min<std::uint64_t>(now, kDay / 12 + kStep));
    EXPECT_GE(lately, std::min<std::uint64_t>(now, kDay / 12));
  }
}

}  // namespace
}  // namespace netlat
