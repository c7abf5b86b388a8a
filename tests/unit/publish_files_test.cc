// Names, limits and leftovers of files that follow each other.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "lib/publish/own_files.h"
#include "netlat/publish/rotating_files.h"
#include "netlat/publish/saved_file.h"
#include "tests/support/temp_dir.h"

namespace netlat {
namespace {

namespace fs = std::filesystem;

class Directory : public test::TempDir {
 public:
  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(path())) {
      const std::string name = entry.path().filename();
      if (name.starts_with("netlat-")) found.insert(name);
    }
    return found;
  }
  std::string text() const {
    std::string all;
    for (const std::string& name : names()) {
      std::ifstream in(path(name));
      all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
  }
  FilePlan plan() const {
    FilePlan p;
    p.directory = path();
    p.compression = Compression::none;
    p.most_octets = 1000;
    p.quota = 5000;
    return p;
  }
};

TEST(RotatingFiles, KeepTheLatestWithinTheQuota) {
  Directory d;
  auto files = RotatingFiles::open(d.plan());
  ASSERT_TRUE(files);
  std::string all;
  for (int i = 0; i < 200; ++i) {
    const std::string line = std::to_string(i) + std::string(90, 'x') + "\n";
    (*files)->append(line);
    all += line;
    (*files)->tick();
    std::uintmax_t size = 0;
    int parts = 0;
    for (const std::string& name : d.names()) {
      const auto one = fs::file_size(d.path(name));
      EXPECT_LE(one, 1000U);
      size += one;
      parts += name.ends_with(".part");
    }
    EXPECT_LE(size, 5000U);
    EXPECT_EQ(parts, 1);
  }
  (*files)->close();
  const std::string kept = d.text();
  EXPECT_GT(kept.size(), 3000U);
  EXPECT_EQ(kept, all.substr(all.size() - kept.size()));
  EXPECT_EQ((*files)->lost(), 0U);
}

TEST(RotatingFiles, WhatAnEarlierRunLeftGetsItsName) {
  Directory d;
  const std::string name = "netlat-20200101T000000Z-000000.ndjson";
  std::ofstream(d.path(name + ".part")) << "old\n";
  std::ofstream(d.path("other.part")) << "not ours\n";
  auto files = RotatingFiles::open(d.plan());
  ASSERT_TRUE(files);
  EXPECT_EQ(d.names(), std::set<std::string>{name});
  EXPECT_TRUE(fs::exists(d.path("other.part")));
}

TEST(RotatingFiles, OneWriterADirectory) {
  Directory d;
  auto first = RotatingFiles::open(d.plan());
  ASSERT_TRUE(first);
  const auto second = RotatingFiles::open(d.plan());
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another netlat capture"),
            std::string::npos);
}

TEST(RotatingFiles, AnEmptyRunLeavesNothing) {
  Directory d;
  {
    auto files = RotatingFiles::open(d.plan());
    ASSERT_TRUE(files);
    (*files)->tick();
  }
  EXPECT_TRUE(d.names().empty());
}

TEST(OwnFiles, TheEarliestGoAndOthersStay) {
  Directory d;
  const auto write = [&](const std::string& name, std::size_t octets) {
    std::ofstream(d.path(name)) << std::string(octets, 'x');
  };
  write("flight-1.pcapng", 300);
  write("flight-2.pcapng.part", 300);
  write("flight-3.pcapng", 300);
  write("flight-4.pcapng.part", 300);
  write("a-flight-0.pcapng", 5000);
  write("flight-0.txt", 5000);
  const int directory = open(d.path().c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_GE(directory, 0);
  constexpr OwnNames kNames = {"flight-", ".pcapng"};
  const auto kept = [&] { return own_files(directory, kNames); };
  keep_quota(directory, kNames, "flight-4.pcapng.part", 1300, 100);
  EXPECT_EQ(kept().size(), 4U);
  keep_quota(directory, kNames, "flight-4.pcapng.part", 1300, 101);
  EXPECT_EQ(kept(),
            (std::vector<std::string>{"flight-2.pcapng.part", "flight-3.pcapng",
                                      "flight-4.pcapng.part"}));
  keep_quota(directory, kNames, "flight-2.pcapng.part", 700, 100);
  EXPECT_EQ(kept(), (std::vector<std::string>{"flight-2.pcapng.part",
                                              "flight-4.pcapng.part"}));
  keep_quota(directory, kNames, "flight-2.pcapng.part", 100, 0);
  EXPECT_EQ(kept(), std::vector<std::string>{"flight-2.pcapng.part"});
  EXPECT_TRUE(fs::exists(d.path("a-flight-0.pcapng")));
  EXPECT_TRUE(fs::exists(d.path("flight-0.txt")));
  close(directory);
}

TEST(SavedFile, AppearsWholeOrNotAtAll) {
  Directory d;
  {
    auto file = SavedFile::begin(d.path(), "a.pcapng");
    ASSERT_TRUE(file);
    EXPECT_TRUE(file->append("half"));
    EXPECT_TRUE(fs::exists(d.path("a.pcapng.part")));
  }
  EXPECT_TRUE(fs::is_empty(d.path()));
  auto file = SavedFile::begin(d.path(), "a.pcapng");
  ASSERT_TRUE(file && file->append("whole"));
  const auto path = file->finish();
  ASSERT_TRUE(path);
  EXPECT_EQ(*path, d.path("a.pcapng"));
  EXPECT_EQ(fs::file_size(*path), 5U);
  EXPECT_FALSE(SavedFile::begin(d.path(), "../b"));
}

}  // namespace
}  // namespace netlat
