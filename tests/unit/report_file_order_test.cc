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

struct Row {
  const char* name;
  std::vector<File> files;
  std::size_t file;  // which of them is looked at
  std::optional<Nanos> gap, overlap, hole;
};

// 10,001 packets in 10 s: one a millisecond, so 1 s is a thousand of them.
const File kOne{0, 10'000}, kTwo{10'001, 20'001}, kLate{12'000, 22'000};
const Nanos kZero{0};
const std::optional<Nanos> kUnknown;
const Row kRows[] = {
    {"the only file", {kOne}, 0, kUnknown, kZero, kUnknown},
    {"at once", {kOne, kTwo}, 1, Ms(1), kZero, kUnknown},
    {"the earlier given last", {kTwo, kOne}, 0, Ms(1), kZero, kUnknown},
    {"and that one follows nothing",
     {kTwo, kOne},
     1,
     kUnknown,
     kZero,
     kUnknown},
    {"a file is missing", {kOne, kLate}, 1, Ms(2'000), kZero, Ms(2'000)},
    {"as long as a thousand",
     {kOne, {11'000, 21'000}},
     1,
     Ms(1'000),
     kZero,
     kUnknown},
    {"longer", {kOne, {11'001, 21'001}}, 1, Ms(1'001), kZero, Ms(1'001)},
    {"the quieter side says what is usual",
     {kOne, {12'000, 22'000, 11}},
     1,
     Ms(2'000),
     kZero,
     kUnknown},
    {"one packet says nothing",
     {kOne, {12'000, 12'000, 1}},
     1,
     Ms(2'000),
     kZero,
     Ms(2'000)},
    {"two of them neither",
     {{0, 0, 1}, {9'000, 9'000, 1}},
     1,
     Ms(9'000),
     kZero,
     kUnknown},
    {"fast, but a change of files",
     {{0, 10, 10'001}, {110, 120, 10'001}},
     1,
     Ms(100),
     kZero,
     kUnknown},
    {"fast, and more than that",
     {{0, 10, 10'001}, {111, 121, 10'001}},
     1,
     Ms(101),
     kZero,
     Ms(101)},
    {"slightly over each other",
     {kOne, {9'995, 20'000}},
     1,
     Ms(-5),
     Ms(5),
     kUnknown},
    {"side by side",
     {kOne, {4'000, 12'000, 10'001, 1}},
     1,
     kUnknown,
     Ms(6'000),
     kUnknown},
    {"twice the same",
     {kOne, {0, 10'000, 10'001, 1}},
     1,
     kUnknown,
     Ms(10'000),
     kUnknown},
    {"within another",
     {kOne, {4'000, 5'000, 10'001, 1}},
     1,
     kUnknown,
     Ms(1'000),
     kUnknown},
    {"over one before the last",
     {kOne, {1'000, 2'000, 9, 1}, {3'000, 11'000, 9, 2}},
     2,
     kUnknown,
     Ms(7'000),
     kUnknown},
    {"without times", {kOne, {-1, -1}, kLate}, 1, kUnknown, kUnknown, kUnknown},
    {"and that is passed over",
     {kOne, {-1, -1}, kLate},
     2,
     Ms(2'000),
     kZero,
     Ms(2'000)},
};

TEST(FileOrder, TellsGapsAndOverlapsWhateverTheOrderGiven) {
  for (const Row& row : kRows) {
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
