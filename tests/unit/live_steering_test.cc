// What has to meet in one thread does, as the kernel deals frames out.

#include "lib/source/live_steering.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "lib/source/live_channel.h"
#include "lib/source/live_group.h"
#include "tests/unit/own_network.h"

namespace netlat {
namespace {

using Octets = std::vector<std::uint8_t>;

Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
Octets be16(unsigned value) {
  return {static_cast<std::uint8_t>(value >> 8),
          static_cast<std::uint8_t>(value)};
}

// One end of a connection; number i of many.
struct End {
  std::uint8_t host;
  unsigned port;
};

Octets address4(End e) {
  return {10, 0, 0, e.host};
}
Octets address6(End e) {
  Octets a(16);
  a[0] = 0xfd;
  a[15] = e.host;
  return a;
}
Octets ethernet(unsigned type) {
  return Octets{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2} + be16(type);
}
Octets ipv4(End from, End to, std::uint8_t protocol, unsigned fragment,
            const Octets& inside) {
  return Octets{0x45, 0} + be16(20 + static_cast<unsigned>(inside.size())) +
         be16(7) + be16(fragment) + Octets{64, protocol, 0, 0} +
         address4(from) + address4(to) + inside;
}
Octets ipv6(End from, End to, std::uint8_t next, const Octets& inside) {
  return Octets{0x60, 0, 0, 0} + be16(static_cast<unsigned>(inside.size())) +
         Octets{next, 64} + address6(from) + address6(to) + inside;
}
Octets ports(End from, End to) {
  return be16(from.port) + be16(to.port) + Octets(16);
}
Octets options(std::uint8_t next, const Octets& inside) {
  return Octets{next, 0, 1, 4, 0, 0, 0, 0} + inside;
}
Octets error(std::uint8_t type, const Octets& quoted) {
  return Octets{type, 0, 0, 0, 0, 0, 0, 0} + quoted;
}

Octets tcp4(End from, End to) {
  return ipv4(from, to, 6, 0, ports(from, to));
}
Octets tcp6(End from, End to) {
  return ipv6(from, to, 6, ports(from, to));
}
constexpr End kRouter{200, 0}, kLeft{101, 0}, kRight{102, 0};
// Of a tunnel over UDP: the source port is another each way.
Octets outer(End from, End to, unsigned port, const Octets& inside) {
  const bool there = from.port < to.port;
  const End a = there ? kLeft : kRight, b = there ? kRight : kLeft;
  return ethernet(0x0800) + ipv4(a, b, 17, 0,
                                 be16(40'000U + from.host * 7U + from.port) +
                                     be16(port) + Octets(12) + inside);
}

using Make = Octets (*)(End from, End to);
struct Row {
  const char* name;
  Make there, back;
  bool spread = true;  // over the threads, the more connections there are
};

constexpr Row kRows[] = {
    {"TCP", [](End a, End b) { return ethernet(0x0800) + tcp4(a, b); },
     [](End a, End b) { return ethernet(0x0800) + tcp4(a, b); }},
    {"UDP over IPv6",
     [](End a, End b) {
       return ethernet(0x86dd) + ipv6(a, b, 17, ports(a, b));
     },
     [](End a, End b) {
       return ethernet(0x86dd) + ipv6(a, b, 17, ports(a, b));
     }},
    {"two tags, and none",
     [](End a, End b) {
       return ethernet(0x88a8) + be16(5) + be16(0x8100) + be16(9) +
              be16(0x0800) + tcp4(a, b);
     },
     [](End a, End b) { return ethernet(0x0800) + tcp4(a, b); }},
    {"PPPoE",
     [](End a, End b) {
       return ethernet(0x8864) + Octets{0x11, 0, 0, 9, 0, 42, 0, 0x21} +
              tcp4(a, b);
     },
     [](End a, End b) { return ethernet(0x0800) + tcp4(a, b); }},
    {"extension headers, one way",
     [](End a, End b) {
       return ethernet(0x86dd) +
              ipv6(a, b, 0, options(60, options(6, ports(a, b))));
     },
     [](End a, End b) { return ethernet(0x86dd) + tcp6(a, b); }},
    {"the first fragment, and what is whole",
     [](End a, End b) {
       return ethernet(0x0800) + ipv4(a, b, 6, 0x2000, ports(a, b));
     },
     [](End a, End b) { return ethernet(0x0800) + tcp4(a, b); }},
    {"the first fragment over IPv6",
     [](End a, End b) {
       return ethernet(0x86dd) +
              ipv6(a, b, 44, Octets{6, 0, 0, 1, 0, 0, 0, 7} + ports(a, b));
     },
     [](End a, End b) { return ethernet(0x86dd) + tcp6(a, b); }},
    {"later fragments",
     [](End a, End b) {
       return ethernet(0x0800) + ipv4(a, b, 17, 0x2001, ports(a, b));
     },
     [](End a, End b) {
       return ethernet(0x0800) + ipv4(a, b, 17, 0x0005, Octets(20));
     }},
    {"an ICMP error, from a router",
     [](End a, End b) { return ethernet(0x0800) + tcp4(a, b); },
     [](End a, End b) {
       return ethernet(0x0800) + ipv4(kRouter, b, 1, 0, error(11, tcp4(b, a)));
     }},
    {"an ICMPv6 error, from a router",
     [](End a, End b) { return ethernet(0x86dd) + tcp6(a, b); },
     [](End a, End b) {
       return ethernet(0x86dd) + ipv6(kRouter, b, 58, error(3, tcp6(b, a)));
     }},
    {"ping",
     [](End a, End b) {
       return ethernet(0x0800) + ipv4(a, b, 1, 0, error(8, Octets(20)));
     },
     [](End a, End b) {
       return ethernet(0x0800) + ipv4(a, b, 1, 0, error(0, Octets(20)));
     }},
    {"VXLAN",
     [](End a, End b) {
       return outer(a, b, 4789, ethernet(0x0800) + tcp4(a, b));
     },
     [](End a, End b) {
       return outer(a, b, 4789, ethernet(0x0800) + tcp4(a, b));
     },
     false},
    {"GENEVE", [](End a, End b) { return outer(a, b, 6081, tcp4(a, b)); },
     [](End a, End b) { return outer(a, b, 6081, tcp4(a, b)); }, false},
    {"GRE",
     [](End a, End b) {
       return ethernet(0x0800) +
              ipv4(kLeft, kRight, 47, 0, Octets{0, 0, 8, 0} + tcp4(a, b));
     },
     [](End a, End b) {
       return ethernet(0x0800) +
              ipv4(kRight, kLeft, 47, 0, Octets{0, 0, 8, 0} + tcp4(a, b));
     },
     false},
    {"ARP", [](End, End) { return ethernet(0x0806) + Octets(46); },
     [](End, End) { return ethernet(0x0806) + Octets(46); }, false},
};

constexpr std::size_t kThreads = 3;

// Which reader gets which of the frames that were written last, by their last
// octet.
std::map<unsigned, std::size_t> who_gets(LiveGroup& group) {
  std::this_thread::sleep_for(
      std::chrono::milliseconds(2 * kRetireMilliseconds));
  std::map<unsigned, std::size_t> who;
  std::array<PacketView, kBatch> batch;
  for (std::size_t i = 0; i < group.count(); ++i) {
    while (const std::size_t n = group.at(i).read(batch, Nanos{0})) {
      for (std::size_t k = 0; k < n; ++k) who[batch[k].data.back()] = i;
    }
  }
  return who;
}

class LiveSteering : public testing::Test {
 protected:
  void SetUp() override {
    if (!network.entered()) {
      GTEST_SKIP() << "a network namespace needs CAP_SYS_ADMIN";
    }
    tap = std::make_unique<Tap>("steered");
    if (!tap->up()) GTEST_SKIP() << "no tap interfaces here";
    const std::vector<std::string> names = {"steered"};
    auto opener = LiveOpener::start(opener_path(), names);
    ASSERT_TRUE(opener) << opener.error().message;
    LiveOptions options;
    options.threads = kThreads;
    // Of what the kernel itself sends nothing is wanted.
    options.filter = "not ether multicast";
    group = std::make_unique<LiveGroup>(names, options, std::move(*opener));
    const auto started = group->start(options);
    ASSERT_TRUE(started) << started.error().message;
  }

  OwnNetwork network;
  std::unique_ptr<Tap> tap;
  std::unique_ptr<LiveGroup> group;
};

constexpr unsigned kConnections = 16;
constexpr End kServer{100, 5432};

End client(unsigned i) {
  return {static_cast<std::uint8_t>(1 + i), 1024U + 37U * i};
}
Octets numbered(unsigned i, const Octets& frame) {
  return frame + Octets{static_cast<std::uint8_t>(i)};
}

TEST_F(LiveSteering, BringsTogetherWhatBelongsTogether) {
  for (const Row& row : kRows) {
    for (unsigned i = 0; i < kConnections; ++i) {
      const Octets there = row.there(client(i), kServer);
      ASSERT_TRUE(tap->write(numbered(i, there))) << row.name;
    }
    const auto there = who_gets(*group);
    for (unsigned i = 0; i < kConnections; ++i) {
      const Octets back = row.back(kServer, client(i));
      ASSERT_TRUE(tap->write(numbered(i, back))) << row.name;
    }
    EXPECT_EQ(there.size(), kConnections) << row.name;
    EXPECT_EQ(who_gets(*group), there) << row.name;
    std::set<std::size_t> threads;
    for (const auto& [number, thread] : there) threads.insert(thread);
    EXPECT_EQ(threads.size() > 1, row.spread) << row.name;
  }
}

TEST_F(LiveSteering, StaysTheSameWhenTheInterfaceWasDown) {
  const auto deal = [&] {
    for (unsigned i = 0; i < kConnections; ++i) {
      const Octets frame = ethernet(0x0800) + tcp4(client(i), kServer);
      EXPECT_TRUE(tap->write(numbered(i, frame)));
    }
    return who_gets(*group);
  };
  const auto before = deal();
  EXPECT_EQ(before.size(), kConnections);
  ASSERT_TRUE(tap->set_up(false));
  ASSERT_TRUE(tap->set_up(true));
  EXPECT_EQ(deal(), before);
}

}  // namespace
}  // namespace netlat
