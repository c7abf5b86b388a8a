// The live source over interfaces of the test's own: made, written to and
// removed in a network namespace that nobody else is in.

#include "lib/source/live_group.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/own_network.h"

namespace netlat {
namespace {

// Between two packets of the one interface no time is left to wait, which is
// when the others are looked at as well.
TEST(LiveReader, NoticesAnInterfaceThatComesBackBesideAFullRing) {
  const OwnNetwork network;
  if (!network.entered()) {
    GTEST_SKIP() << "a network namespace needs CAP_SYS_ADMIN";
  }
  const Tap busy("busy");
  auto brief = std::make_unique<Tap>("brief");
  if (!busy.up() || !brief->up()) GTEST_SKIP() << "no tap interfaces here";
  const std::vector<std::string> names = {"busy", "brief"};
  auto opener = LiveOpener::start(opener_path(), names);
  ASSERT_TRUE(opener) << opener.error().message;
  LiveGroup group(names, {}, std::move(*opener));
  const auto started = group.start({});
  ASSERT_TRUE(started) << started.error().message;

  constexpr std::size_t kFrames = 20'000;
  constexpr auto kPause = std::chrono::microseconds(100);
  ASSERT_TRUE(busy.write(kFrames));
  // Its last block is handed over.
  std::this_thread::sleep_for(std::chrono::milliseconds(kRetireMilliseconds));
  brief.reset();
  brief = std::make_unique<Tap>("brief");
  ASSERT_TRUE(brief->up());

  LiveSource& reader = group.at(0);
  const std::string wanted = "brief went down, brief is back, ";
  std::string news;
  std::array<PacketView, 1> one;
  std::size_t read = 0;
  for (; news != wanted && read < kFrames; ++read) {
    ASSERT_EQ(reader.read(one, Nanos{0}), 1U) << "after " << read;
    for (const std::string& more : group.tend()) news += more + ", ";
    std::this_thread::sleep_for(kPause);
  }
  EXPECT_EQ(news, wanted) << read << " were read";
  EXPECT_EQ(group.restarts(), 1U);
}

}  // namespace
}  // namespace netlat
