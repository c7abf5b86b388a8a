#include "netlat/term/chart.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "netlat/term/columns.h"

namespace netlat {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Chart, StepsCoverTheScaleAndClampBeyondIt) {
  struct Case {
    double value, top;
    std::size_t step;
  };
  for (const Case& c : {Case{0, 10, 0}, Case{2.4, 10, 0}, Case{2.5, 10, 1},
                        Case{9.9, 10, 3}, Case{10, 10, 3}, Case{1e9, 10, 3},
                        Case{-5, 10, 0}, Case{kNan, 10, 0}, Case{5, 0, 0}}) {
    EXPECT_EQ(chart_step(c.value, c.top, 4), c.step) << c.value;
  }
  EXPECT_EQ(log_step(1, 1, 10000, 4), 0u);
  EXPECT_EQ(log_step(11, 1, 10000, 4), 1u);
  EXPECT_EQ(log_step(1e6, 1, 10000, 4), 3u);
  EXPECT_EQ(log_step(5, 0, 10, 4), 0u);
}

TEST(Chart, LevelsEndAtTheRight) {
  const std::vector<std::optional<double>> values = {9, 0, std::nullopt, 4, 9};
  Grid grid({8, 3});
  draw_levels(grid, 0, 0, 8, values, 9, ascii_glyphs());
  draw_levels(grid, 0, 1, 3, values, 9, ascii_glyphs());
  draw_levels(grid, 0, 2, 8, values, 9, utf8_glyphs());
  EXPECT_EQ(grid.text(), "   @. +@\n +@\n   █▁ ▄█\n");
}

TEST(Chart, BarsShowAnythingAboveNothing) {
  struct Case {
    double share;
    const char* ascii;
    const char* utf8;
  };
  for (const Case& c :
       {Case{0, "", ""}, Case{0.001, "#", "▏"}, Case{0.5, "##", "██"},
        Case{0.66, "##", "██▋"}, Case{1, "####", "████"},
        Case{7, "####", "████"}, Case{-1, "", ""}}) {
    Grid grid({4, 2});
    draw_bar(grid, 0, 0, 4, c.share, ascii_glyphs());
    draw_bar(grid, 0, 1, 4, c.share, utf8_glyphs());
    EXPECT_EQ(grid.text(), std::string(c.ascii) + "\n" + c.utf8 + "\n")
        << c.share;
  }
}

TEST(Chart, RuleHoldsItsTitle) {
  Grid grid({20, 3});
  draw_rule(grid, 0, 0, 20, "EVENTS", ascii_glyphs());
  draw_rule(grid, 0, 1, 12, "A LONG HEADING", ascii_glyphs());
  draw_rule(grid, 0, 2, 4, "X", ascii_glyphs());
  EXPECT_EQ(grid.text(), "-- EVENTS ----------\n-- A LO.. --\n----\n");
}

constexpr GridColumn kColumns[] = {{"NAME", 6, 10, 0, false},
                                   {"P50", 4, 0, 2},
                                   {"P99", 4},
                                   {"TREND", 5, 8, 3}};

std::string headings(int width) {
  Grid grid({width, 1});
  draw_headings(grid, 0, kColumns, place_columns(kColumns, 0, width));
  return grid.text();
}

TEST(Columns, LeaveInOrderAndGrowFromTheLeft) {
  EXPECT_EQ(headings(40), "NAME        P50  P99    TREND\n");
  EXPECT_EQ(headings(24), "NAME      P50  P99 TREND\n");
  EXPECT_EQ(headings(22), "NAME    P50  P99 TREND\n");
  EXPECT_EQ(headings(21), "NAME        P50  P99\n");
  EXPECT_EQ(headings(15), "NAME        P99\n");
  EXPECT_EQ(headings(11), "NAME    P99\n");
  EXPECT_EQ(headings(9), "NAME   P9\n");
  EXPECT_EQ(headings(3), "N..\n");
}

}  // namespace
}  // namespace netlat
