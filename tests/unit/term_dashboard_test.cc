#include "netlat/term/dashboard.h"

#include <gtest/gtest.h>

#include "lib/term/steady.h"
#include "netlat/term/top_screen.h"
#include "tests/support/top_samples.h"

namespace netlat {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;
using top_samples::Shown;

constexpr GridSize kSize{100, 30};

Shown story() {
  return top_samples::shown(top_samples::story(), top_samples::promises(),
                            kSize);
}

void press(Shown& at, std::initializer_list<KeyCode> keys) {
  for (const KeyCode code : keys) {
    (void)at.dashboard.press(code);
    at.refresh(kSize);
  }
}

void next_second(Shown& at, int second, Nanos median, Nanos slow) {
  at.model.apply(top_samples::interval(second, "az1", "az1", "10.1.1.60:8080",
                                       300, median, slow));
  at.refresh(kSize);
}

TEST(Dashboard, PausedPictureStaysAndFollowsAgain) {
  Shown at = story();
  press(at, {U'p'});
  const auto before = at.dashboard.shown().at;
  next_second(at, 121, microseconds(500), microseconds(900));
  EXPECT_EQ(at.dashboard.shown().at, before);
  press(at, {U'p'});
  EXPECT_NE(at.dashboard.shown().at, before);
}

TEST(Dashboard, SelectionStaysOnItsRowWhenTheOrderChanges) {
  Shown at = story();
  press(at, {U'j', U'j'});
  const std::string chosen = at.dashboard.ui().list().selected;
  ASSERT_FALSE(chosen.empty());
  press(at, {U's', U's', U'S'});
  EXPECT_EQ(at.dashboard.ui().list().selected, chosen);
  EXPECT_EQ(list_name(at.dashboard.shown(), at.dashboard.ui(),
                      at.dashboard.ui().list().index),
            chosen);
}

TEST(Dashboard, HeldOrderStays) {
  Shown at = story();
  press(at, {U'o'});
  const auto name_of_first = [&] {
    return list_name(at.dashboard.shown(), at.dashboard.ui(), 0);
  };
  const std::string first = name_of_first();
  for (int second = 120; second < 170; ++second) {
    next_second(at, second, microseconds(400'000), microseconds(900'000));
  }
  EXPECT_EQ(name_of_first(), first);
  press(at, {U'o'});
  next_second(at, 180, microseconds(400'000), microseconds(900'000));
  EXPECT_EQ(name_of_first(), "az1 > az1");
}

// No later picture would show what came after the last change of the order.
TEST(Dashboard, TheEndOfAReplayIsInOrder) {
  Shown at = story();
  at.state = SourceState::replay;
  press(at, {U'2'});
  const auto first = [&] { return at.dashboard.ui().flows.front()->id; };
  FlowRow worst = *at.dashboard.ui().flows.front();
  worst.id = 4711;
  constexpr Nanos kSlow = seconds(2);
  worst.server_rtt = worst.client_rtt =
      BriefTimes::of({200, kSlow, kSlow, kSlow, kSlow, kSlow, kSlow});
  at.model.apply(worst);
  next_second(at, 120, microseconds(500), microseconds(900));
  EXPECT_NE(first(), worst.id) << "rows change places all the time";
  at.state = SourceState::ended;
  at.refresh(kSize);
  EXPECT_EQ(first(), worst.id);
}

TEST(Dashboard, PromisedRowsComeBeforeOthers) {
  std::vector<Record> records;
  for (const auto& [server, median] : {std::pair{"10.0.0.1:443", 900},
                                       {"10.0.0.2:443", 100},
                                       {"10.0.0.3:443", 500}}) {
    records.emplace_back(top_samples::interval(0, nullptr, nullptr, server, 200,
                                               microseconds(median),
                                               microseconds(1000)));
  }
  Shown at = top_samples::shown(
      std::move(records),
      {*parse_objective("service:10.0.0.2:443 network p99 < 50ms")}, kSize);
  EXPECT_EQ(list_name(at.dashboard.shown(), at.dashboard.ui(), 0),
            "10.0.0.2:443");
  press(at, {U'S'});
  EXPECT_EQ(list_name(at.dashboard.shown(), at.dashboard.ui(), 0),
            "10.0.0.2:443");
}

TEST(Dashboard, TheMatrixBeginsWithWhatIsWrong) {
  Shown at = story();
  press(at, {U'3'});
  EXPECT_EQ(at.dashboard.ui().list().selected, "az1 > az2");
}

TEST(Dashboard, FilterAppliesWhatIsCompleteAndEscapeTakesItBack) {
  Shown at = story();
  press(at, {U'2', U'/'});
  for (const char c : std::string("port:5432 p9")) {
    (void)at.dashboard.press(static_cast<KeyCode>(c));
  }
  EXPECT_EQ(at.dashboard.ui().flows.size(), 2u);
  EXPECT_EQ(at.dashboard.ui().prompt_remark, "");
  (void)at.dashboard.press(key::kEnter);
  EXPECT_TRUE(at.dashboard.ui().prompting);  // p9 is no filter
  EXPECT_NE(at.dashboard.ui().prompt_remark, "");
  (void)at.dashboard.press(key::kEscape);
  EXPECT_EQ(at.dashboard.ui().flows.size(), 8u);
}

TEST(Dashboard, OpensAPairAndComesBack) {
  Shown at = story();
  press(at, {key::kEnter});
  EXPECT_EQ(at.dashboard.ui().view, View::flows);
  EXPECT_TRUE(at.dashboard.ui().filter.starts_with("zone:"));
  press(at, {key::kEnter});
  EXPECT_TRUE(at.dashboard.ui().detail);
  press(at, {key::kEscape});
  EXPECT_FALSE(at.dashboard.ui().detail);
  press(at, {key::kEscape});
  EXPECT_EQ(at.dashboard.ui().filter, "");
  press(at, {key::kEscape});
  EXPECT_EQ(at.dashboard.ui().view, View::overview);
}

TEST(Dashboard, StepsThroughTimeAndBackToNow) {
  Shown at = story();
  const auto now = at.dashboard.shown().at;
  press(at, {U'T', U'T'});
  EXPECT_TRUE(at.dashboard.shown().past);
  EXPECT_EQ(*now - *at.dashboard.shown().at, seconds(20));
  press(at, {U't'});
  EXPECT_EQ(*now - *at.dashboard.shown().at, seconds(10));
  press(at, {U'b'});
  EXPECT_EQ(at.dashboard.shown().at, now);
  EXPECT_FALSE(at.dashboard.shown().past);
  for (int i = 0; i < 100; ++i) press(at, {U'T'});
  EXPECT_GT(at.dashboard.shown().at, at.dashboard.shown().earliest);
}

TEST(Dashboard, AsksForWhatItCannotDo) {
  Shown at = story();
  press(at, {U'2'});
  EXPECT_TRUE(at.dashboard.press(U'P').probe);
  press(at, {U'2'});
  EXPECT_TRUE(at.dashboard.press(U'c').copy->starts_with("10.1."));
  EXPECT_TRUE(at.dashboard.press(U'w').save);
  EXPECT_TRUE(at.dashboard.press(U'Q').leave_screen);
  EXPECT_TRUE(at.dashboard.press(U'q').quit);
  EXPECT_FALSE(at.dashboard.press(U'!').quit);
}

TEST(Dashboard, BreachIsAnEventUntilAcknowledged) {
  Shown at = story();
  const auto open = [&] {
    int count = 0;
    for (const EventRow& e : at.dashboard.shown().events) count += e.open;
    return count;
  };
  ASSERT_GT(open(), 0);
  const int before = open();
  press(at, {U'5'});
  while (!at.dashboard.shown().events[at.dashboard.ui().list().index].open) {
    press(at, {U'j'});
  }
  press(at, {U'a'});
  EXPECT_EQ(open(), before - 1);
  at.refresh(kSize);
  EXPECT_EQ(open(), before - 1);
}

TEST(Steady, KeepsWhatHardlyMovedUnlessItMatters) {
  struct Case {
    const char* name;
    double now_ms;  ///< the p99 that was 10 ms
    double used;    ///< of what was promised
    bool selected;
    bool kept;
  };
  for (const Case& c :
       {Case{"a little", 10.4, 0.5, false, true},
        Case{"much", 10.6, 0.5, false, false},
        Case{"a little near the limit", 10.4, 0.95, false, false},
        Case{"a little where the user stands", 10.4, 0.5, true, false}}) {
    Snapshot shown, fresh;
    TrafficRow row;
    row.name = "a";
    row.values.seconds = 1;
    row.values.network.n = 500;
    row.values.network.p99 = std::chrono::milliseconds(10);
    row.promise.standing = Standing::kept;
    row.promise.used = c.used;
    shown.services = {row};
    const Nanos now{static_cast<std::int64_t>(c.now_ms * 1e6)};
    row.values.network.p99 = now;
    fresh.services = {row};
    keep_steady(fresh, shown, c.selected ? "a" : "b");
    const Nanos kept = fresh.services[0].values.network.p99;
    EXPECT_EQ(kept == now, !c.kept) << c.name;
  }
}

TEST(Model, MemoryIsBounded) {
  Model model;
  for (std::uint64_t id = 0; id < Model::kMostFlows + 20'000; ++id) {
    FlowRow flow = top_samples::flow(id, "10.0.0.1", 1, "10.0.0.2", 2, 0,
                                     Nanos{0}, Nanos{0}, 0);
    flow.end = id % 2 == 0 ? FlowEnd::fin : FlowEnd::open;
    flow.start_time = top_samples::story_start();
    model.apply(flow);
  }
  for (int i = 0; i < 2000; ++i) {
    model.apply(top_samples::interval(i / 10, nullptr, nullptr,
                                      ("s" + std::to_string(i)).c_str(), 5,
                                      microseconds(400), microseconds(900)));
  }
  const Snapshot s = model.snapshot({});
  EXPECT_LE(s.all_flows, Model::kMostFlows);
  EXPECT_EQ(s.flows->size(), Model::kMostListed);
  EXPECT_LE(s.services.size(), Model::kMostKeys);
  // Those that have ended went first.
  EXPECT_EQ(s.open_flows, (Model::kMostFlows + 20'000) / 2);
}

// Of more connections than are listed, those that lead by what was asked for.
TEST(Model, ListsTheForemostOfManyConnections) {
  Model model;
  for (std::uint64_t id = 0; id < 3 * Model::kMostListed; ++id) {
    FlowRow flow =
        top_samples::flow(id, "10.0.0.1", 1, "10.0.0.2", id % 2 == 0 ? 443 : 80,
                          0, Nanos{0}, Nanos{0}, 0);
    flow.start_time = top_samples::story_start();
    flow.c2s.bytes = id;
    flow.s2c.bytes = 0;
    model.apply(flow);
  }
  model.apply(top_samples::interval(0, nullptr, nullptr, "a:1", 5,
                                    microseconds(400), microseconds(900)));
  SnapshotQuery query;
  query.order = Order::bytes;
  const auto where = parse_where("port:443");
  query.where = &*where;
  Snapshot s = model.snapshot(query);
  ASSERT_EQ(s.flows->size(), Model::kMostListed);
  EXPECT_EQ(s.all_flows, 3 * Model::kMostListed);
  for (const auto& flow : *s.flows) {
    EXPECT_EQ(flow->server_port, 443);
    EXPECT_GE(flow->c2s.bytes, Model::kMostListed);
  }

  // A list that is there is not made again, but what is looked at is fresh.
  query.listed = s.at;
  query.flow_ids = {7, 999'999'999};
  s = model.snapshot(query);
  EXPECT_FALSE(s.listed);
  EXPECT_TRUE(s.flows->empty());
  ASSERT_EQ(s.fresh_flows.size(), 1u);
  const auto seen = s.fresh_flows[0];
  EXPECT_EQ(seen->id, 7u);
  FlowRow again = *seen;
  again.c2s.bytes = 1'000'000;
  model.apply(again);
  EXPECT_EQ(seen->c2s.bytes, 7u) << "a snapshot changed";
}

TEST(Model, DropsOfTheCaptureAreToldAndCounted) {
  Model model;
  for (int second = 0; second < 20; ++second) {
    auto one = top_samples::interval(second, nullptr, nullptr, "a:1", 5,
                                     microseconds(400), microseconds(900));
    one.dropped = second == 10 ? 212 : 0;
    model.apply(one);
  }
  const Snapshot s = model.snapshot({});
  EXPECT_EQ(s.dropped, 212u);
  ASSERT_EQ(s.events.size(), 1u);
  EXPECT_EQ(s.events[0].where, "capture");
  SnapshotQuery lately;
  lately.window = seconds(5);
  EXPECT_EQ(model.snapshot(lately).dropped, 0u);
}

}  // namespace
}  // namespace netlat
