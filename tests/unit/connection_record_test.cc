// What of a connection's state reaches its record.

#include "netlat/measure/connection_record.h"

#include <gtest/gtest.h>

#include <memory>

namespace netlat {
namespace {

struct Case {
  const char* name;
  std::uint8_t regular_steps;
  std::uint32_t irregular;
  bool exact;
  std::uint64_t lost;
  bool behind_hole = false;
};

// Forty packets; the IP-ID says that three are missing, the sequence numbers
// one.
class LossCount : public ::testing::TestWithParam<Case> {};

TEST_P(LossCount, IsExactWhereTheIpIdIsBelieved) {
  Connection connection;
  Sender& sender = connection.half[0];
  sender.packets = 40;
  sender.ip_id_steps = GetParam().regular_steps;
  sender.trouble = std::make_unique<Trouble>();
  sender.trouble->ip_ids_missing = 3;
  sender.trouble->ip_id_irregular = GetParam().irregular;
  sender.trouble->ip_id_behind_hole = GetParam().behind_hole;
  sender.trouble->lost_by_sequence = 1;
  const FlowRecord record = connection_record(connection, ScopeTable(), {});
  EXPECT_EQ(record.c2s.lost_upstream_exact, GetParam().exact);
  EXPECT_EQ(record.c2s.lost_upstream, GetParam().lost);
  EXPECT_FALSE(record.s2c.lost_upstream_exact) << "nothing was learned there";
}

INSTANTIATE_TEST_SUITE_P(
    , LossCount,
    ::testing::Values(Case{"learned", 20, 2, true, 3},
                      Case{"a_step_too_few", 19, 2, false, 1},
                      Case{"too_irregular", 37, 3, false, 1},
                      Case{"begun_behind_a_hole", 20, 2, false, 1, true}),
    [](const auto& row) { return row.param.name; });

TEST(LossCountOf, IsExactWithoutAnyTroubleToo) {
  Connection connection;
  connection.half[1].packets = 40;
  connection.half[1].ip_id_steps = 39;
  const FlowRecord record = connection_record(connection, ScopeTable(), {});
  EXPECT_TRUE(record.s2c.lost_upstream_exact);
}

}  // namespace
}  // namespace netlat
