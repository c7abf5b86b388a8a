#include "netlat/base/reserved_memory.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <limits>

namespace netlat {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

std::uint8_t* octets(const ReservedMemory& memory) {
  return static_cast<std::uint8_t*>(memory.data());
}

TEST(ReservedMemory, GrowsInPlaceAndZeroed) {
  ReservedMemory memory(16 * kMiB);
  void* const start = memory.data();
  for (std::size_t size = 1; size <= 16 * kMiB; size *= 4) {
    ASSERT_TRUE(memory.grow(size)) << size;
    EXPECT_EQ(memory.data(), start);
    EXPECT_EQ(octets(memory)[size - 1], 0);
    octets(memory)[size - 1] = 7;
  }
  EXPECT_EQ(octets(memory)[0], 7) << "growing keeps what was written";
  EXPECT_EQ(memory.at(4 * kMiB), octets(memory) + 4 * kMiB);
}

TEST(ReservedMemory, StartsAtACacheLine) {
  const ReservedMemory memory(1);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.data()) % 64, 0u);
}

TEST(ReservedMemory, RefusesMoreThanItReserved) {
  ReservedMemory memory(3 * kMiB);
  EXPECT_TRUE(memory.grow(3 * kMiB));
  EXPECT_FALSE(memory.grow(5 * kMiB));
  EXPECT_TRUE(memory.grow(3 * kMiB)) << "and keeps what it has";
  octets(memory)[3 * kMiB - 1] = 1;
}

TEST(ReservedMemory, TakesWhatTheSystemGrants) {
  // More than any address space: something smaller is found.
  ReservedMemory memory(std::numeric_limits<std::size_t>::max());
  ASSERT_TRUE(memory.grow(kMiB));
  octets(memory)[kMiB - 1] = 1;
  EXPECT_FALSE(memory.grow(std::numeric_limits<std::size_t>::max()));
}

TEST(ReservedMemory, ManyAtOnce) {
  // Reserving costs address space only, or this would not fit.
  for (int i = 0; i < 64; ++i) {
    ReservedMemory memory(std::size_t{64} << 30);
    ASSERT_TRUE(memory.grow(1));
  }
}

// In a process of its own: the limit holds until it ends.
[[noreturn]] void reserve_thrice() {
  alarm(10);
  rlimit limit{};
  limit.rlim_cur = limit.rlim_max = 256 * kMiB;
  setrlimit(RLIMIT_AS, &limit);
  constexpr std::size_t kMuch = std::size_t{1} << 40;
  ReservedMemory first(kMuch);
  ReservedMemory second(kMuch);
  ReservedMemory third(kMuch);
  _exit(first.grow(1) && second.grow(1) && third.grow(1) ? 0 : 1);
}

TEST(ReservedMemoryDeathTest, SharesAnAddressSpaceThatIsShort) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer's shadow needs the address space";
#endif
  EXPECT_EXIT(reserve_thrice(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace netlat
