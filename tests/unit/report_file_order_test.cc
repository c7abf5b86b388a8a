// Files of one capture that follow each other, with a hole or an overlap.

#include "netlat/report/file_order.h"

#include <gtest/gtest.h>

namespace netlat {
namespace {

// From and to in milliseconds; -1: no packet has a time.
struct File {
  std::int64_t from, to;
  std::uint64_t packets = 10'001;
  std::uint32_t vantage = 0;
};

std::vector<CaptureRecord> captures(const std::vector<File>& files) {
  std::vector<CaptureRecord> out;
  for (const File& f : files) {
    CaptureRecord& c = out.emplace_back();
    c.packets = f.packets;
    c.interfaces = {{0, "eth0", 1, 0, f.vantage}};
    if (f.from < 0) continue;
    c.first = stamp_ns(f.from * 1'000'000);
    c.last = stamp_ns(f.to * 1'000'000);
  }
  relate_files(out);
  return out;
}

using Ms = std::chrono::milliseconds;

TEST(FileOrder, TellsGapsAndOverlapsWhateverTheOrderGiven) {
  struct Row {
    const char* name;
    std::vector<File> files;
    std::size_t file;  // which of them is looked at
    std::optional<Nanos> gap, overlap, hole;
  };
  // 10,001 packets in 10 s: one a millisecond, so 1 s is a thousand of them.
  const File one{0, 10'000}, two{10'001, 20'001}, late{12'000, 22'000};
  const Nanos none{0};
  const std::optional<Nanos> unknown;
  const Row rows[] = {
      {"the only file", {one}, 0, unknown, none, unknown},
      {"at once", {one, two}, 1, Ms(1), none, unknown},
      {"the earlier given last", {two, one}, 0, Ms(1), none, unknown},
      {"and that one follows nothing", {two, one}, 1, unknown, none, unknown},
      {"a file is missing", {one, late}, 1, Ms(2'000), none, Ms(2'000)},
      {"as long as a thousand",
       {one, {11'000, 21'000}},
       1,
       Ms(1'000),
       none,
       unknown},
      {"longer", {one, {11'001, 21'001}}, 1, Ms(1'001), none, Ms(1'001)},
      {"the quieter side says what is usual",
       {one, {12'000, 22'000, 11}},
       1,
       Ms(2'000),
       none,
       unknown},
      {"one packet says nothing",
       {one, {12'000, 12'000, 1}},
       1,
       Ms(2'000),
       none,
       Ms(2'000)},
      {"two of them neither",
       {{0, 0, 1}, {9'000, 9'000, 1}},
       1,
       Ms(9'000),
       none,
       unknown},
      {"fast, but a change of files",
       {{0, 10, 10'001}, {110, 120, 10'001}},
       1,
       Ms(100),
       none,
       unknown},
      {"fast, and more than that",
       {{0, 10, 10'001}, {111, 121, 10'001}},
       1,
       Ms(101),
       none,
       Ms(101)},
      {"slightly over each other",
       {one, {9'995, 20'000}},
       1,
       Ms(-5),
       Ms(5),
       unknown},
      {"side by side",
       {one, {4'000, 12'000, 10'001, 1}},
       1,
       unknown,
       Ms(6'000),
       unknown},
      {"twice the same",
       {one, {0, 10'000, 10'001, 1}},
       1,
       unknown,
       Ms(10'000),
       unknown},
      {"within another",
       {one, {4'000, 5'000, 10'001, 1}},
       1,
       unknown,
       Ms(1'000),
       unknown},
      {"over one before the last",
       {one, {1'000, 2'000, 9, 1}, {3'000, 11'000, 9, 2}},
       2,
       unknown,
       Ms(7'000),
       unknown},
      {"without times", {one, {-1, -1}, late}, 1, unknown, unknown, unknown},
      {"and that is passed over",
       {one, {-1, -1}, late},
       2,
       Ms(2'000),
       none,
       Ms(2'000)},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto files = captures(row.files);
    EXPECT_EQ(files[row.file].gap_before, row.gap);
    EXPECT_EQ(files[row.file].overlap, row.overlap);
    EXPECT_EQ(hole_before(files, row.file), row.hole);
  }
}

TEST(FileOrder, ContinuesTheLatestOfItsCapturePoints) {
  auto files = captures({{0, 1'000}, {0, 2'000, 9, 1}, {2'500, 3'000}});
  files[2].interfaces.push_back({1, "eth1", 1, 0, 1});
  relate_files(files);
  EXPECT_EQ(files[2].continues, 1U);
  EXPECT_EQ(files[2].gap_before, Ms(500));
}

}  // namespace
}  // namespace netlat
