// The MTU of paths whose links are known.

#include <gtest/gtest.h>

#include "netlat/report/hop_mtu.h"
#include "tests/support/kept_records.h"

namespace netlat {
namespace {

const IpAddress kHop = *IpAddress::parse("10.0.0.2");

struct Link {
  std::uint32_t mtu;
  bool says = true;        // packet too big
  std::uint32_t told = 0;  // what it says; 0: its MTU
};

// A path of links, with the target behind the last one.
struct Path {
  const char* name;
  std::vector<Link> links;
  std::uint32_t mtu;
  std::size_t steps;
  int hole_after;  // -1: none
};

MtuTrial walk(const Path& path, std::uint32_t size) {
  MtuTrial trial;
  for (std::size_t i = 0; i < path.links.size(); ++i) {
    const Link& link = path.links[i];
    if (size > link.mtu) {
      if (link.says) {
        trial.too_big = MtuStep{static_cast<std::uint8_t>(i), kHop, 0,
                                link.told != 0 ? link.told : link.mtu};
      }
      return trial;
    }
    trial.deepest = static_cast<std::uint8_t>(i + 1);
    trial.hop = kHop;
    trial.target = i + 1 == path.links.size();
  }
  return trial;
}

TEST(PathMtu, IsFoundStepByStep) {
  const Path paths[] = {
      {"all alike", {{1500}, {1500}, {1500}}, 1500, 0, -1},
      {"one narrow", {{1500}, {1400}, {1500}}, 1400, 1, -1},
      {"ever narrower", {{1500}, {1480}, {1400}, {1300}}, 1300, 3, -1},
      {"black hole", {{1500}, {1500}, {1392, false}}, 1392, 0, 2},
      {"narrow, then black", {{1500}, {1480}, {1301, false}}, 1301, 1, 2},
      {"says nothing useful", {{1500}, {1400, true, 1}}, 1400, 0, 1},
      {"says more than it takes", {{1500}, {1400, true, 1600}}, 1400, 0, 1},
      {"one off", {{1500}, {1499, false}}, 1499, 0, 1},
  };
  for (const Path& path : paths) {
    SCOPED_TRACE(path.name);
    int tries = 0;
    const auto found = find_path_mtu(
        1500, 576,
        [&](std::uint32_t size) -> Result<MtuTrial> {
          ++tries;
          return walk(path, size);
        },
        [] {});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->mtu, path.mtu);
    EXPECT_EQ(found->steps.size(), path.steps);
    EXPECT_TRUE(found->target);
    ASSERT_EQ(found->black_hole.has_value(), path.hole_after >= 0);
    if (found->black_hole) {
      EXPECT_EQ(found->black_hole->after, path.hole_after);
      EXPECT_EQ(found->black_hole->lost, path.mtu + 1);
    }
    EXPECT_LT(tries, 40);
  }
}

// Every third packet is not answered, whatever its size.
TEST(PathMtu, RateLimitIsNoBlackHole) {
  int tries = 0;
  const auto found = find_path_mtu(
      1500, 576,
      [&](std::uint32_t) -> Result<MtuTrial> {
        MtuTrial trial;
        trial.deepest = ++tries % 3 == 2 ? 3 : 4;
        return trial;
      },
      [] {});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->mtu, 1500u);
  EXPECT_FALSE(found->black_hole);
}

TEST(PathMtu, NobodyAnswers) {
  const auto found = find_path_mtu(
      1500, 576, [](std::uint32_t) -> Result<MtuTrial> { return MtuTrial{}; },
      [] {});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->mtu, 0u);
  EXPECT_EQ(found->reaches, 0u);
}

TEST(Records, OfMtusKeepToTheirSchema) {
  MtuReport report;
  report.plan.target = kHop;
  report.plan.name = "db\x1b[2J";
  JsonWriter json;
  std::string lines(mtu_line(json, report));
  report.found.first = 1500;
  report.found.mtu = 1301;
  report.found.reaches = 3;
  report.found.target = true;
  report.found.steps = {{1, kHop, 1500, 1480}};
  report.found.black_hole = BlackHole{2, kHop, 1302};
  lines += mtu_line(json, report);
  const std::string text = mtu_text(report, {});
  EXPECT_NE(text.find("mtu 1500>1480@1>1301@2"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  test::keep_for_check("mtu.ndjson", lines);
}

}  // namespace
}  // namespace netlat
