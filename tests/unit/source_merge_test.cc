// Several files in one time order, their vantages, and what is said of files
// that cannot be read.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "netlat/source/packet_source.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/source_builder.h"

namespace netlat::test {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kSecond = 1'000 * kMs;
constexpr std::int64_t kStart = 1'700'000'000 * kSecond;

struct Given {
  std::int64_t ms;  ///< after kStart
  std::uint32_t file;
  std::uint32_t vantage;
};

struct Merged {
  std::unique_ptr<PacketSource> source;
  std::vector<Given> packets;
};

Merged merge(const std::vector<std::string>& paths,
             std::size_t batch = kBatch) {
  Merged result;
  auto source = PacketSource::open(paths);
  if (!source) {
    ADD_FAILURE() << source.error().message;
    return result;
  }
  result.source = std::move(*source);
  std::vector<PacketView> views(batch);
  while (const std::size_t n = result.source->read(views)) {
    for (std::size_t i = 0; i < n; ++i) {
      const CaptureInterface& from =
          result.source->interfaces().at(views[i].interface);
      result.packets.push_back(
          {(to_ns(views[i].time) - kStart) / kMs, from.file, from.vantage});
      EXPECT_EQ(views[i].frame, result.packets.size());
      for (const std::uint8_t octet : views[i].data) EXPECT_EQ(octet, 0xab);
    }
  }
  return result;
}

std::vector<std::int64_t> times(const Merged& merged) {
  std::vector<std::int64_t> all;
  for (const Given& packet : merged.packets) all.push_back(packet.ms);
  return all;
}

Octets pcap_ms(const std::vector<std::int64_t>& after_start_ms) {
  std::vector<std::int64_t> ns;
  for (const std::int64_t ms : after_start_ms) ns.push_back(kStart + ms * kMs);
  return pcap_at(ns);
}

std::vector<std::int64_t> range(std::int64_t from, std::int64_t to,
                                std::int64_t step = 1) {
  std::vector<std::int64_t> all;
  for (std::int64_t t = from; t < to; t += step) all.push_back(t);
  return all;
}

/// Vantages in the order of first packet, each once.
std::vector<std::uint32_t> vantages_of(const Merged& merged,
                                       std::uint32_t file) {
  std::vector<std::uint32_t> all;
  for (const Given& packet : merged.packets) {
    if (packet.file != file) continue;
    if (std::find(all.begin(), all.end(), packet.vantage) == all.end()) {
      all.push_back(packet.vantage);
    }
  }
  return all;
}

TEST(Merge, RotatedFilesInOrderOfFirstPacket) {
  const TempDir dir;
  const std::vector<std::string> paths{
      dir.write("x.pcap10", pcap_ms(range(2000, 3000))),
      dir.write("x.pcap2", pcap_ms(range(0, 1000))),
      dir.write("x.pcap1", pcap_ms(range(1000, 2000)))};
  for (const std::size_t batch : {1u, 7u, 32u}) {
    const Merged got = merge(paths, batch);
    EXPECT_EQ(times(got), range(0, 3000));
    EXPECT_EQ(vantages_of(got, 0), std::vector<std::uint32_t>{0});
    EXPECT_EQ(vantages_of(got, 1), std::vector<std::uint32_t>{0});
    EXPECT_EQ(vantages_of(got, 2), std::vector<std::uint32_t>{0});
    EXPECT_EQ(got.source->files()[0].packets, 1000u);
    EXPECT_EQ(got.source->files()[0].path, paths[0]);
    EXPECT_EQ(got.source->bytes_total(), 3u * (24 + 1000 * 76));
    EXPECT_EQ(got.source->bytes_read(), 3u * (24 + 1000 * 76));
    EXPECT_TRUE(got.source->problems().empty());
  }
}

TEST(Merge, SmallOverlapContinuesTheVantage) {
  const TempDir dir;
  // The first file's last packets come 8 ms into the second.
  const Merged got = merge({dir.write("a", pcap_ms(range(0, 1009))),
                            dir.write("b", pcap_ms(range(1000, 2000)))});
  std::vector<std::int64_t> expected = range(0, 1009);
  const std::vector<std::int64_t> later = range(1000, 2000);
  expected.insert(expected.end(), later.begin(), later.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(times(got), expected);
  EXPECT_EQ(vantages_of(got, 0), vantages_of(got, 1));
}

TEST(Merge, OverlappingFilesAreDifferentVantages) {
  const TempDir dir;
  const Merged got = merge({dir.write("a", pcap_ms(range(0, 1012))),
                            dir.write("b", pcap_ms(range(1000, 2000)))});
  EXPECT_TRUE(std::is_sorted(
      got.packets.begin(), got.packets.end(),
      [](const Given& a, const Given& b) { return a.ms < b.ms; }));
  EXPECT_EQ(got.packets.size(), 2012u);
  EXPECT_NE(vantages_of(got, 0), vantages_of(got, 1));
}

TEST(Merge, TwoSetsSideBySideKeepApart) {
  const TempDir dir;
  std::vector<std::string> paths;
  for (int i = 0; i < 4; ++i) {
    const std::int64_t at = i * 1000;
    const std::string number = std::to_string(i);
    // Both sets rotate at the same moment.
    paths.push_back(
        dir.write("east-" + number, pcap_ms(range(at, at + 1000, 3))));
    paths.push_back(
        dir.write("west-" + number, pcap_ms(range(at, at + 1000, 7))));
  }
  const Merged got = merge(paths);
  for (std::uint32_t file = 2; file < 8; ++file) {
    EXPECT_EQ(vantages_of(got, file), vantages_of(got, file % 2)) << file;
  }
  EXPECT_NE(vantages_of(got, 0), vantages_of(got, 1));
  EXPECT_TRUE(std::is_sorted(
      got.packets.begin(), got.packets.end(),
      [](const Given& a, const Given& b) { return a.ms < b.ms; }));
}

TEST(Merge, ManyFilesNeedFewDescriptors) {
  const TempDir dir;
  std::vector<std::string> paths;
  for (int i = 0; i < 300; ++i) {
    paths.push_back(dir.write(std::to_string(i),
                              pcap_ms(range(i * 100, i * 100 + 100, 10))));
  }
  auto source = PacketSource::open(paths);
  ASSERT_TRUE(source);
  PacketView views[kBatch];
  std::size_t packets = 0;
  while (const std::size_t n = (*source)->read(views)) {
    packets += n;
    const int probe = open("/dev/null", O_RDONLY);
    EXPECT_LT(probe, 64);
    close(probe);
  }
  EXPECT_EQ(packets, 3000u);
}

TEST(Merge, OrderWithinAFileStands) {
  const TempDir dir;
  const Merged got = merge({dir.write("a", pcap_ms({10, 50, 20, 60})),
                            dir.write("b", pcap_ms({30, 55}))});
  EXPECT_EQ(times(got), (std::vector<std::int64_t>{10, 30, 50, 20, 55, 60}));
  EXPECT_EQ(got.source->files()[0].clock_backsteps, 1u);
}

Octets pcapng_ms(const std::vector<std::string>& names, std::int64_t first_ms,
                 std::int64_t count) {
  const auto o = std::endian::little;
  std::vector<Octets> parts{section(o)};
  for (const std::string& name : names) {
    parts.push_back(interface(o, 1, 0, option(o, 2, text(name))));
  }
  for (std::int64_t i = 0; i < count; ++i) {
    const auto id = static_cast<std::uint32_t>(i) %
                    static_cast<std::uint32_t>(names.size());
    const auto ticks = static_cast<std::uint64_t>(kStart / 1000) +
                       static_cast<std::uint64_t>(first_ms + i) * 1000;
    parts.push_back(enhanced(o, id, ticks, payload(60), 60));
  }
  return join(parts);
}

TEST(Merge, InterfacesAreMatchedByName) {
  const TempDir dir;
  const Merged got =
      merge({dir.write("a", pcapng_ms({"eth0", "eth1"}, 0, 10)),
             dir.write("b", pcapng_ms({"eth1", "eth0", "eth2"}, 100, 9))});
  EXPECT_EQ(vantages_of(got, 0), (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(vantages_of(got, 1), (std::vector<std::uint32_t>{1, 0, 2}));
}

TEST(Merge, SectionsOfAFileContinueOrAreAnotherCapture) {
  const TempDir dir;
  const Merged later = merge({dir.write(
      "a", join({pcapng_ms({"eth0"}, 0, 10), pcapng_ms({"eth0"}, 50, 10)}))});
  EXPECT_EQ(vantages_of(later, 0), std::vector<std::uint32_t>{0});
  EXPECT_EQ(later.source->interfaces().size(), 1u);
  const Merged touching = merge({dir.write(
      "c", join({pcapng_ms({"eth0"}, 0, 50), pcapng_ms({"eth0"}, 45, 10)}))});
  EXPECT_EQ(vantages_of(touching, 0), std::vector<std::uint32_t>{0});
  const Merged at_once = merge({dir.write(
      "b", join({pcapng_ms({"eth0"}, 0, 99), pcapng_ms({"eth0"}, 0, 99)}))});
  EXPECT_EQ(vantages_of(at_once, 0), (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(at_once.source->interfaces().size(), 2u);
}

TEST(Merge, DamagedFileAmongOthersIsSaidOnce) {
  const TempDir dir;
  Octets cut = pcap_ms(range(100, 200));
  cut.resize(cut.size() - 5);
  const Merged got =
      merge({dir.write("a", pcap_ms(range(0, 100))), dir.write("b", cut),
             dir.path("absent"), dir.write("c", pcap_ms(range(200, 300))),
             dir.write("empty", ""), dir.write("none", pcap_header())});
  EXPECT_EQ(got.packets.size(), 299u);
  ASSERT_EQ(got.source->problems().size(), 3u);
  EXPECT_EQ(got.source->problems()[0].message,
            dir.path("absent") + ": no such file");
  EXPECT_EQ(got.source->problems()[1].message,
            dir.path("empty") + ": is empty");
  EXPECT_NE(got.source->problems()[2].message.find("cut off in record 100"),
            std::string::npos);
  EXPECT_TRUE(got.source->files()[1].input_truncated);
  EXPECT_EQ(got.source->files()[2].format, "");
  EXPECT_EQ(got.source->files()[5].format, "pcap");
  EXPECT_EQ(got.source->files()[5].packets, 0u);
}

TEST(Merge, FifoAndFileTogether) {
  const TempDir dir;
  ASSERT_EQ(mkfifo(dir.path("fifo").c_str(), 0600), 0);
  std::thread writer([&dir] {
    // In small pieces, so that records arrive broken.
    const Octets bytes = pcap_ms(range(1, 4000, 2));
    std::ofstream out(dir.path("fifo"), std::ios::binary);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      out.put(static_cast<char>(bytes[i]));
      if (i % 1009 == 0) out.flush();
    }
  });
  const Merged got =
      merge({dir.write("a", pcap_ms(range(0, 4000, 2))), dir.path("fifo")});
  writer.join();
  EXPECT_EQ(times(got), range(0, 4000));
  EXPECT_FALSE(got.source->bytes_total());
}

TEST(Merge, StandardInput) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const int saved = dup(STDIN_FILENO);
  ASSERT_EQ(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
  close(ends[0]);
  const Octets bytes = pcap_ms(range(0, 100));
  ASSERT_EQ(write(ends[1], bytes.data(), bytes.size()),
            static_cast<ssize_t>(bytes.size()));
  close(ends[1]);
  const Merged got = merge({"-"});
  dup2(saved, STDIN_FILENO);
  close(saved);
  EXPECT_EQ(times(got), range(0, 100));
}

TEST(Merge, WhatCannotBeOpenedIsOneClearLine) {
  const TempDir dir;
  const auto why = [](const std::vector<std::string>& paths) {
    auto source = PacketSource::open(paths);
    return source ? std::string() : source.error().message;
  };
  EXPECT_EQ(why({dir.path("absent")}), dir.path("absent") + ": no such file");
  EXPECT_NE(why({dir.path("")}).find("is a directory"), std::string::npos);
  EXPECT_NE(why({dir.path("a"), dir.path("b")}).find("none of the 2 files"),
            std::string::npos);
  EXPECT_EQ(why({}), "no capture file given");
  EXPECT_NE(why({"-", "-"}).find("once"), std::string::npos);
  EXPECT_NE(why({"/dev/zero"}).find("no capture known here"),
            std::string::npos);
  const std::string hostile = dir.path("\x1b[2J");
  EXPECT_EQ(why({hostile}).find('\x1b'), std::string::npos);
}

TEST(Merge, TerminalAsInputIsAUsageError) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0) {
    GTEST_SKIP() << "no pseudo terminals here";
  }
  auto source = PacketSource::open({ptsname(terminal)});
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().kind, ErrorKind::usage);
  EXPECT_NE(source.error().message.find("tcpdump -U -w -"), std::string::npos);
  close(terminal);
}

}  // namespace
}  // namespace netlat::test
