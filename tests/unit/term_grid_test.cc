#include "netlat/term/grid.h"

#include <gtest/gtest.h>

#include <string>

namespace netlat {
namespace {

struct WriteCase {
  const char* name;
  const char* text;
  int x;
  const char* line;  ///< of a grid of 8 columns
  int end;           ///< column after the last
};

constexpr WriteCase kWrites[] = {
    {"plain", "abc", 0, "abc", 3},
    {"cut at the right", "abcdefghij", 4, "    abcd", 14},
    {"cut at the left", "abcdef", -3, "def", 3},
    {"escape sequence", "a\x1b[2Jb", 0, "a?[2Jb", 6},
    {"c1 control",
     "a\xc2\x9b"
     "b",
     0, "a?b", 3},
    {"right-to-left override",
     "a\xe2\x80\xae"
     "b",
     0, "a?b", 3},
    {"octets that are no UTF-8",
     "a\xff\xfe"
     "b",
     0, "a??b", 4},
    {"wide",
     "a\xe4\xb8\xad"
     "b",
     0,
     "a\xe4\xb8\xad"
     "b",
     4},
    {"half of a wide one", "\xe4\xb8\xad", 7, "", 9},
    {"combining mark", "e\xcc\x81x", 0, "ex", 2},
};

TEST(Grid, WritesWhatCanBeShown) {
  for (const WriteCase& c : kWrites) {
    Grid grid({8, 1});
    EXPECT_EQ(grid.write(c.x, 0, c.text), c.end) << c.name;
    EXPECT_EQ(grid.text(), std::string(c.line) + "\n") << c.name;
  }
}

TEST(Grid, OverwritingHalfOfAWideCharacterLeavesNoHalf) {
  Grid left({4, 1});
  left.put(1, 0, U'中');
  left.put(1, 0, U'x');
  EXPECT_EQ(left.text(), " x\n");
  EXPECT_EQ(left.at(2, 0).width, 1);

  Grid right({4, 1});
  right.put(1, 0, U'中');
  right.put(2, 0, U'x');
  EXPECT_EQ(right.text(), "  x\n");
  EXPECT_EQ(right.at(1, 0).width, 1);

  Grid across({4, 1});
  across.put(1, 0, U'中');
  across.put(0, 0, U'文');
  EXPECT_EQ(across.text(), "文\n");
  EXPECT_EQ(across.at(2, 0).width, 1);
}

TEST(Grid, FieldsAreFilledAndCut) {
  Grid grid({12, 2});
  grid.repeat(0, 0, 12, U'x');
  EXPECT_EQ(grid.write_field(0, 0, 5, "ab"), 5);
  EXPECT_EQ(grid.write_right(6, 0, 5, "ab"), 11);
  EXPECT_EQ(grid.write_field(0, 1, 3, "abcdef"), 3);
  EXPECT_EQ(grid.text(), "ab   x   abx\nabc\n");
}

TEST(Grid, NothingIsWrittenOutside) {
  Grid grid({2, 1});
  grid.put(-1, 0, U'x');
  grid.put(2, 0, U'x');
  grid.put(0, -1, U'x');
  grid.put(0, 1, U'x');
  EXPECT_EQ(grid.text(), "\n");
  EXPECT_EQ(Grid({-4, -4}).text(), "");
  EXPECT_EQ(Grid({5000, 1}).columns(), Grid::kMost);
}

TEST(Grid, StylesHaveALetterEach) {
  Grid grid({6, 2});
  grid.write(0, 0, "ab", {Role::alarm});
  grid.put(2, 0, U'#', {Role::heat, 7});
  grid.write(0, 1, "c", {Role::warning});
  grid.select_row(1);
  EXPECT_EQ(grid.styles(), "aa7\nW#####\n");
}

}  // namespace
}  // namespace netlat
