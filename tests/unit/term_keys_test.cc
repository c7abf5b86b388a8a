#include "netlat/term/keys.h"

#include <gtest/gtest.h>

namespace netlat {
namespace {

enum Action { quit, up, open_flow, open_pair };
constexpr unsigned kFlows = 1, kPairs = 2;

const std::vector<KeyBinding> kTable = {
    {quit, {U'q', key::control('C')}, 0, "quit", "end the program"},
    {up, {U'k', key::kUp}, 0, "", "one row up"},
    {open_flow, {key::kEnter}, kFlows, "open", "show the connection"},
    {open_pair, {key::kEnter}, kPairs, "open", "show the connections"},
};

TEST(Keys, MeaningDependsOnTheView) {
  EXPECT_EQ(find_action(kTable, key::kUp, kFlows), up);
  EXPECT_EQ(find_action(kTable, key::kEnter, kFlows), open_flow);
  EXPECT_EQ(find_action(kTable, key::kEnter, kPairs), open_pair);
  EXPECT_EQ(find_action(kTable, U'x', kPairs), std::nullopt);
}

TEST(Keys, DuplicatesAreFoundWhereTheyMeet) {
  EXPECT_TRUE(duplicate_keys(kTable).empty());
  auto table = kTable;
  table.push_back({up, {U'q'}, kPairs, "", "another"});
  ASSERT_EQ(duplicate_keys(table).size(), 1u);
  EXPECT_EQ(duplicate_keys(table)[0], "q: end the program, and: another");
  table.back() = {up, {key::kEnter}, kFlows | kPairs, "", "another"};
  EXPECT_EQ(duplicate_keys(table).size(), 2u);
}

TEST(Keys, NamesForPeople) {
  EXPECT_EQ(key_names(kTable[0]), "q, Ctrl-C");
  EXPECT_EQ(key_names(kTable[1]), "k, Up");
  EXPECT_EQ(key_name(U' '), "Space");
  EXPECT_EQ(key_name(key::kF1), "F1");
}

TEST(Keys, ManualPageEscapesPunctuation) {
  const std::vector<KeyBinding> table = {{quit, {U'.', U'q'}, 0, "", "End"}};
  EXPECT_EQ(keys_mdoc(table),
            ".Bl -tag -width \"PgUp, PgDn\" -compact\n"
            ".It Ic \\&. , Ic \\&q\nEnd.\n.El\n");
}

}  // namespace
}  // namespace netlat
