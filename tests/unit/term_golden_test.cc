// Every view in every state at several sizes, in ASCII and UTF-8.
//
// A file holds the rows that are not blank, with their numbers: of a state that
// is another one but for a detail those that differ from it, of UTF-8 those
// that differ from ASCII, so that there is no more to read than there is to
// see.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <utility>
#include <vector>

#include "netlat/term/top_screen.h"
#include "tests/support/golden.h"
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
  Shown (*base)(GridSize);  ///< whose rows are left out; may be null
};

Shown breach(GridSize size) {
  Shown at =
      top_samples::shown(top_samples::story(), top_samples::promises(), size);
  at.trace = std::make_shared<const FlowTrace>(top_samples::trace());
  return at;
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
    {"breach", breach, nullptr},
    {"empty", empty, nullptr},
    {"one-flow", one_flow, nullptr},
    {"overload", overload, nullptr},
    {"paused", paused, breach},
    {"filter-open", filter_open, breach},
    {"disconnected", disconnected, breach},
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string rows_unlike(const std::string& text, const std::string& base) {
  const auto now = lines_of(text), before = lines_of(base);
  std::string out;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i] == (i < before.size() ? before[i] : "")) continue;
    out += fmt::format("{:2}|{}\n", i + 1, now[i]);
  }
  return out;
}

// Each is made once: it is two minutes of records.
const Shown& made(Shown (*make)(GridSize), GridSize size) {
  static std::map<std::pair<Shown (*)(GridSize), int>, Shown> all;
  const auto [at, fresh] = all.try_emplace({make, size.columns});
  if (fresh) at->second = make(size);
  return at->second;
}

Grid grid_of(Shown (*make)(GridSize), const ScreenCase& screen, GridSize size,
             const Glyphs& glyphs) {
  Shown at = made(make, size);
  // An open prompt takes the keys of the views for text.
  if (!at.dashboard.ui().prompting) press(at, screen.keys, size);
  return at.dashboard.draw(size, glyphs);
}

std::string rows_of(const StateCase& state, const ScreenCase& screen,
                    GridSize size) {
  const auto utf8_of = [&](Shown (*make)(GridSize)) {
    return grid_of(make, screen, size, utf8_glyphs()).text();
  };
  const Grid ascii = grid_of(state.make, screen, size, ascii_glyphs());
  Grid base;
  if (state.base) base = grid_of(state.base, screen, size, ascii_glyphs());
  const std::string base_utf8 = state.base ? utf8_of(state.base) : ascii.text();
  std::string out = rows_unlike(ascii.text(), base.text());
  const std::string styles = rows_unlike(ascii.styles(), base.styles());
  if (!styles.empty()) out += "-- styles\n" + styles;
  const std::string more = rows_unlike(utf8_of(state.make), base_utf8);
  if (!more.empty()) out += "-- UTF-8\n" + more;
  return out;
}

TEST(TopGolden, EveryViewMatchesTheStoredScreens) {
  setenv("TZ", "UTC", 1);
  for (const StateCase& state : kStates) {
    std::string now;
    for (const ScreenCase& screen : kScreens) {
      const bool prompt = std::string_view(state.name) == "filter-open";
      if (prompt && std::string_view(screen.name) != "flows") continue;
      for (const GridSize size : kSizes) {
        now += fmt::format("== {} {}x{}\n{}", screen.name, size.columns,
                           size.rows, rows_of(state, screen, size));
      }
    }
    test::expect_golden(fmt::format("tests/golden/top/{}.txt", state.name),
                        now);
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
