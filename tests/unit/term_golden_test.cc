// Every view at several sizes as it was looked at and found right.  `make
// golden` writes the files anew; what changed in them is to be read.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "netlat/term/top_screen.h"
#include "tests/support/top_samples.h"

namespace netlat {
namespace {

using top_samples::Shown;

constexpr GridSize kSizes[] = {
    {40, 5}, {60, 16}, {80, 24}, {160, 45}, {200, 60}};

struct ScreenCase {
  const char* name;
  const char* keys;  ///< pressed one after the other; \r opens
};
constexpr ScreenCase kScreens[] = {
    {"overview", "1"}, {"flows", "2"},  {"detail", "2\r"}, {"zones", "3"},
    {"paths", "4"},    {"events", "5"}, {"heat", "6"},     {"help", "1?"},
};

void press(Shown& at, const char* keys, GridSize size) {
  for (; *keys != '\0'; ++keys) {
    (void)at.dashboard.press(static_cast<KeyCode>(*keys));
    at.refresh(size);
  }
}

struct StateCase {
  const char* name;
  Shown (*make)(GridSize);
  bool all_sizes;
};

Shown breach(GridSize size) {
  return top_samples::shown(top_samples::story(), top_samples::promises(),
                            size);
}

Shown empty(GridSize size) {
  return top_samples::shown({}, {}, size);
}

Shown one_flow(GridSize size) {
  using std::chrono::microseconds;
  std::vector<Record> records;
  records.emplace_back(
      top_samples::interval(0, nullptr, nullptr, "10.0.0.2:443", 12,
                            microseconds(400), microseconds(900)));
  records.emplace_back(top_samples::flow(0, "10.0.0.1", 41022, "10.0.0.2", 443,
                                         12, microseconds(400),
                                         microseconds(900), 0));
  return top_samples::shown(std::move(records), {}, size);
}

// The capture loses packets, and there is more of everything than fits.
Shown overload(GridSize size) {
  using std::chrono::microseconds;
  std::vector<Record> records;
  for (int second = 0; second < 30; ++second) {
    for (int i = 0; i < 40; ++i) {
      auto one = top_samples::interval(
          second, nullptr, nullptr, fmt::format("10.0.{}.7:443", i).c_str(), 50,
          microseconds(300 + 10 * i), microseconds(2000));
      one.dropped = second == 20 && i == 0 ? 21'200 : 0;
      one.tainted = second == 20;
      records.emplace_back(one);
    }
  }
  for (std::uint64_t id = 0; id < 200; ++id) {
    records.emplace_back(top_samples::flow(
        id, "10.9.0.1", static_cast<Port>(20000 + id), "10.0.3.7", 443, 150,
        microseconds(300 + id), microseconds(2000), 0));
  }
  return top_samples::shown(std::move(records), {}, size);
}

Shown paused(GridSize size) {
  Shown at = breach(size);
  press(at, "p", size);
  return at;
}

Shown filter_open(GridSize size) {
  Shown at = breach(size);
  press(at, "2/p99>2m", size);
  return at;
}

Shown disconnected(GridSize size) {
  Shown at = breach(size);
  at.state = SourceState::failed;
  at.refresh(size);
  return at;
}

constexpr StateCase kStates[] = {
    {"breach", breach, true},
    {"empty", empty, false},
    {"one-flow", one_flow, false},
    {"overload", overload, false},
    {"paused", paused, false},
    {"filter-open", filter_open, false},
    {"disconnected", disconnected, false},
};

std::string screens(const StateCase& state, const ScreenCase& screen) {
  std::string out;
  for (const GridSize size : kSizes) {
    const bool usual = size.columns == 80 || size.columns == 40;
    if (!state.all_sizes && !usual) continue;
    for (const bool utf8 : {false, true}) {
      Shown at = state.make(size);
      // An open prompt takes the keys of the views for text.
      if (!at.dashboard.ui().prompting) press(at, screen.keys, size);
      const Grid grid =
          at.dashboard.draw(size, utf8 ? utf8_glyphs() : ascii_glyphs());
      out += fmt::format("== {}x{} {}\n{}", size.columns, size.rows,
                         utf8 ? "utf8" : "ascii", grid.text());
      if (!utf8) out += "-- styles\n" + grid.styles();
    }
  }
  return out;
}

TEST(TopGolden, EveryViewInEveryState) {
  setenv("TZ", "UTC", 1);
  const bool write = std::getenv("NETLAT_GOLDEN") != nullptr;
  for (const StateCase& state : kStates) {
    for (const ScreenCase& screen : kScreens) {
      const bool prompt = std::string_view(state.name) == "filter-open";
      if (prompt && std::string_view(screen.name) != "flows") continue;
      const std::string path =
          fmt::format("tests/golden/top/{}-{}.txt", state.name, screen.name);
      const std::string now = screens(state, screen);
      if (write) {
        std::ofstream(path) << now;
        continue;
      }
      std::ifstream file(path);
      std::stringstream expected;
      expected << file.rdbuf();
      EXPECT_EQ(now, expected.str()) << path << ": see make golden";
    }
  }
}

TEST(TopGolden, NoSizeIsTooSmall) {
  for (const StateCase& state : kStates) {
    for (const ScreenCase& screen : kScreens) {
      Shown at = state.make({80, 24});
      if (!at.dashboard.ui().prompting) press(at, screen.keys, {80, 24});
      for (int rows = 0; rows <= 50; rows += rows < 26 ? 1 : 8) {
        for (int columns = 0; columns <= 200; columns += columns < 8 ? 1 : 13) {
          const Grid grid = at.dashboard.draw({columns, rows}, utf8_glyphs());
          ASSERT_EQ(grid.size(), (GridSize{columns, rows}));
        }
      }
    }
  }
}

TEST(TopGolden, WhatStrangersChoseMovesNothing) {
  Shown at = breach({160, 45});
  press(at, "2", {160, 45});
  const std::string text = at.dashboard.draw({160, 45}, utf8_glyphs()).text();
  EXPECT_EQ(text.find('\x1b'), text.npos);
  EXPECT_EQ(text.find("\xe2\x80\xae"), text.npos);
}

}  // namespace
}  // namespace netlat
