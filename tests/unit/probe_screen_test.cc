// The live view as a grid: stored screens, keys, any size, hostile names.
// make golden writes the screens anew.

#include <gtest/gtest.h>

#include <cstdlib>

#include "netlat/term/hop_screen.h"
#include "netlat/zone/zone_reader.h"
#include "tests/support/golden.h"
#include "tests/support/probe_walk.h"

namespace netlat {
namespace {

constexpr auto kReached = AnswerKind::reached;

// A limited router, loss from hop 3 on, and a change of route half way.
HopReport busy_path() {
  test::Walk walk;
  std::uint32_t noise = 1;
  const auto chance = [&](unsigned percent) {
    noise = noise * 1'664'525 + 1'013'904'223;
    return (noise >> 16) % 100 < percent;
  };
  const auto exceeded = AnswerKind::time_exceeded;
  for (int i = 0; i < 60; ++i, walk.round()) {
    const int queue = i % 20 > 14 ? 400 : 0;
    walk.probe(1, "10.0.0.1", exceeded, 200);
    walk.probe(2, chance(80) ? nullptr : "10.1.2.1", exceeded, 260);
    walk.probe(3,
               chance(20) ? nullptr
               : i < 30   ? "10.1.3.1"
                          : "10.1.3.2",
               exceeded, 400 + queue);
    walk.probe(4, nullptr);
    walk.probe(5, chance(20) ? nullptr : "10.2.0.9", kReached, 500 + queue);
  }
  HopReport report;
  report.path = walk.report();
  report.path.plan.target = *IpAddress::parse("10.2.0.9");
  report.path.plan.name = "db.internal";
  report.path.plan.interval = std::chrono::seconds(1);
  report.path.sent = 300;
  report.path.exploration = ExplorationReport{7, 9, false, false};
  for (PathEvent& e : report.path.events)
    e.wall = Nanos{1'709'294'400'000'000'000};
  report.rows = judge_hops(report.path);
  report.names[*IpAddress::parse("10.0.0.1")] = "gw\x1b]0;evil\x07.internal";
  report.names[*IpAddress::parse("10.2.0.9")] = "db.internal";
  return report;
}

Grid draw(const HopReport& report, const HopView& view, GridSize size,
          const Glyphs& glyphs) {
  return hop_screen({report, 0, 1, stamp_ns(1'709'294'460'000'000'000)}, view,
                    size, glyphs);
}

struct Pane {
  const char* name;
  HopPane pane;
};
constexpr Pane kPanes[] = {{"hops", HopPane::hops},
                           {"strips", HopPane::strips},
                           {"lanes", HopPane::lanes},
                           {"events", HopPane::events},
                           {"help", HopPane::help}};

class HopScreen : public ::testing::Test {
 protected:
  HopScreen() {
    setenv("TZ", "UTC", 1);
    tzset();
  }
};

TEST_F(HopScreen, MatchesTheStoredScreens) {
  const HopReport report = busy_path();
  for (const Pane& pane : kPanes) {
    for (const GridSize size : {GridSize{80, 24}, GridSize{160, 45}}) {
      for (const bool utf8 : {false, true}) {
        const std::string path =
            std::string("tests/golden/probe-") + pane.name + '-' +
            std::to_string(size.columns) + (utf8 ? "-utf8" : "-ascii") + ".txt";
        HopView view;
        view.pane = pane.pane;
        const Grid grid =
            draw(report, view, size, utf8 ? utf8_glyphs() : ascii_glyphs());
        test::expect_golden(path, grid.text() + "----\n" + grid.styles());
      }
    }
  }
}

TEST_F(HopScreen, FitsAnySizeAndShowsNothingHostile) {
  HopReport report = busy_path();
  auto reading = read_zone_map_text("zones.csv",
                                    "cidr,zone,region\n10.0.0.0/16,az1,r\n"
                                    "10.1.0.0/16,az2,r\n");
  ASSERT_TRUE(reading.map);
  for (const bool zones : {false, true}) {
    if (zones) {
      report.zones = hop_zones(*reading.map, report.path, report.rows);
      report.origins.assign(report.rows.size(), {64500, "\x1b[2J", "\x9bX"});
    }
    for (const Pane& pane : kPanes) {
      for (int columns = 0; columns <= 200; columns += 7) {
        for (int rows = 0; rows <= 60; rows += 5) {
          HopView view;
          view.pane = pane.pane;
          view.jitter = columns % 2 == 0;
          view.scrolled = rows % 3;
          const std::string text =
              draw(report, view, {columns, rows}, ascii_glyphs()).text();
          EXPECT_EQ(text.find('\x1b'), std::string::npos);
          EXPECT_EQ(text.find('\x07'), std::string::npos);
        }
      }
    }
  }
}

TEST_F(HopScreen, SaysInWordsWhatItColours) {
  const std::string text =
      draw(busy_path(), {}, {160, 45}, ascii_glyphs()).text();
  for (const char* part : {"icmp_limited", "silent", "3*", "loss 14 %",
                           "the route changed at hop 3", "gw\\x1b]0;evil"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << '\n' << text;
  }
}

TEST_F(HopScreen, ShowsLabelsAndOriginsAsAsked) {
  HopReport report = busy_path();
  report.rows[1].extension.labels = {{16001, 0, 1}};
  report.rows[1].extension.interfaces = {{0, 7, 9000, {}, "et-0\x1b[2J"}};
  report.origins.assign(report.rows.size(), {64500, "Near", "NL"});
  const auto line_of_hop_2 = [&](bool labels, bool origins) {
    HopView view;
    view.labels = labels;
    view.origins = origins;
    const std::string text =
        draw(report, view, {160, 45}, ascii_glyphs()).text();
    const auto at = text.find("  2 10.1.2.1");
    return text.substr(at, text.find('\n', at) - at);
  };
  EXPECT_EQ(line_of_hop_2(false, false).find("16001"), std::string::npos);
  EXPECT_NE(line_of_hop_2(true, false).find("16001 et-0\\x1b[2J"),
            std::string::npos)
      << line_of_hop_2(true, false);
  EXPECT_NE(line_of_hop_2(true, true).find("AS64500 NL"), std::string::npos);
  EXPECT_EQ(line_of_hop_2(true, false).find("AS64500"), std::string::npos);
}

TEST_F(HopScreen, AsksAndAnswersAtTheFoot) {
  HopView view;
  view.said = "evil\x1b[2J";
  const auto foot = [&] {
    const std::string text =
        draw(busy_path(), view, {80, 24}, ascii_glyphs()).text();
    const auto line = text.rfind('\n', text.size() - 2);
    return text.substr(line + 1, text.size() - line - 2);
  };
  EXPECT_EQ(foot(), " evil\\x1b[2J");
  view.question = "last TTL";
  view.typed = "12";
  EXPECT_EQ(foot(), " last TTL: 12_");
}

TEST_F(HopScreen, ManPageHasTheKeys) {
  const std::string page = test::stored("man/netlat-probe.1");
  EXPECT_NE(page.find(keys_mdoc(hop_keys())), std::string::npos)
      << keys_mdoc(hop_keys());
}

TEST_F(HopScreen, KeysMeanOneThing) {
  EXPECT_TRUE(duplicate_keys(hop_keys()).empty());
  // As in mtr.
  const std::pair<KeyCode, HopAction> theirs[] = {
      {U'q', HopAction::quit},
      {U'?', HopAction::help},
      {U'h', HopAction::help},
      {U'p', HopAction::pause},
      {U' ', HopAction::resume},
      {U'r', HopAction::reset},
      {U'n', HopAction::names},
      {U'd', HopAction::next_pane},
      {U'j', HopAction::jitter},
      {U'e', HopAction::labels},
      {U'z', HopAction::origins},
      {U'i', HopAction::ask_interval},
      {U'f', HopAction::ask_first_ttl},
      {U'm', HopAction::ask_max_ttl},
      {U's', HopAction::ask_size},
      {U'u', HopAction::udp},
      {U't', HopAction::tcp}};
  for (const auto& [code, action] : theirs) {
    EXPECT_EQ(find_action(hop_keys(), code, 0), static_cast<int>(action));
  }
}

}  // namespace
}  // namespace netlat
