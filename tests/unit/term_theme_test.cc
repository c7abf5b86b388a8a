#include "netlat/term/theme.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace netlat {
namespace {

constexpr Role kRoles[] = {Role::text,  Role::faint, Role::heading,
                           Role::key,   Role::good,  Role::warning,
                           Role::alarm, Role::trend};

TEST(Theme, WithoutColoursThereAreNone) {
  const Theme theme(ColourDepth::none, Background::dark);
  for (const Role role : kRoles) {
    EXPECT_EQ(theme.look({role}).foreground, -1);
    EXPECT_EQ(theme.look({role}).background, -1);
  }
  for (std::uint8_t level = 0; level < kHeatLevels; ++level) {
    EXPECT_EQ(theme.look({Role::heat, level}).background, -1);
    EXPECT_EQ(theme.look({Role::heat, level}).foreground, -1);
  }
  EXPECT_TRUE(theme.look({Role::alarm}).bold);
  EXPECT_TRUE(theme.look(selected({Role::text})).reverse);
}

TEST(Theme, TextKeepsTheTerminalsBackground) {
  for (const auto depth : {ColourDepth::eight, ColourDepth::many}) {
    for (const auto background : {Background::dark, Background::light}) {
      for (const Role role : kRoles) {
        const Look look = Theme(depth, background).look({role});
        EXPECT_EQ(look.background, -1);
        EXPECT_LT(look.foreground, 8);
      }
    }
  }
}

TEST(Theme, HeatHasAColourALevelWhereThereAreMany) {
  for (const auto background : {Background::dark, Background::light}) {
    const Theme theme(ColourDepth::many, background);
    for (std::uint8_t level = 1; level < kHeatLevels; ++level) {
      const std::uint8_t below = static_cast<std::uint8_t>(level - 1);
      EXPECT_NE(theme.look({Role::heat, level}).background,
                theme.look({Role::heat, below}).background);
    }
  }
}

TEST(Theme, DepthFollowsTerminalAndEnvironment) {
  unsetenv("NO_COLOR");
  unsetenv("NETLAT_NO_COLOR");
  EXPECT_EQ(colour_depth_of(0), ColourDepth::none);
  EXPECT_EQ(colour_depth_of(8), ColourDepth::eight);
  EXPECT_EQ(colour_depth_of(16), ColourDepth::sixteen);
  EXPECT_EQ(colour_depth_of(256), ColourDepth::many);
  setenv("NO_COLOR", "1", 1);
  EXPECT_EQ(colour_depth_of(256), ColourDepth::none);
  setenv("NO_COLOR", "", 1);
  EXPECT_EQ(colour_depth_of(256), ColourDepth::many);
  unsetenv("NO_COLOR");
  EXPECT_EQ(parse_colour_depth("16"), ColourDepth::sixteen);
  EXPECT_EQ(parse_colour_depth("lots"), std::nullopt);
}

TEST(Theme, BackgroundByEnvironment) {
  setenv("COLORFGBG", "0;15", 1);
  EXPECT_EQ(background_of_environment(), Background::light);
  setenv("COLORFGBG", "15;default;0", 1);
  EXPECT_EQ(background_of_environment(), Background::dark);
  unsetenv("COLORFGBG");
  EXPECT_EQ(background_of_environment(), Background::dark);
}

}  // namespace
}  // namespace netlat
