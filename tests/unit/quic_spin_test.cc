// The spin bit against a simulated connection whose round trips are known.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <vector>

#include "lib/flow/spin_observer.h"
#include "tests/unit/app_segments.h"

namespace netlat {
namespace {

using namespace test;

struct Packet {
  std::int64_t us;  ///< at the capture point
  Dir dir;
  bool bit;
};

struct Path {
  std::int64_t client_half_us = 6000;   ///< capture point to client and back
  std::int64_t server_half_us = 14000;  ///< capture point to server and back
  std::int64_t spacing_us = 400;        ///< between packets of one sender
  std::int64_t jitter_us = 0;           ///< per packet, may reorder
  int packets = 2000;                   ///< of each sender
  std::function<bool(std::int64_t)> client_silent = [](std::int64_t) {
    return false;
  };
};

// Both ends send every `spacing`; each sets its bit from the newest packet
// that has arrived by then (RFC 9000 17.4).
std::vector<Packet> simulate(const Path& path) {
  struct Sent {
    std::int64_t arrives;
    int number;
    bool bit;
  };
  std::mt19937 random(1);
  std::vector<Packet> out;
  std::vector<Sent> to_server, to_client;
  const auto newest = [](std::vector<Sent>& queue, std::int64_t now, int& best,
                         bool& bit) {
    for (const Sent& s : queue) {
      if (s.arrives <= now && s.number > best) {
        best = s.number;
        bit = s.bit;
      }
    }
    std::erase_if(queue, [&](const Sent& s) { return s.arrives <= now; });
  };
  int best_at_server = -1, best_at_client = -1;
  bool server_bit = false, heard = false;
  for (int n = 0; n < path.packets; ++n) {
    const std::int64_t now = n * path.spacing_us;
    newest(to_client, now, best_at_client, heard);
    newest(to_server, now, best_at_server, server_bit);
    const auto jitter = [&] {
      return path.jitter_us == 0
                 ? 0
                 : static_cast<std::int64_t>(random()) % path.jitter_us;
    };
    if (!path.client_silent(now)) {
      const bool client_bit = best_at_client >= 0 && !heard;
      const std::int64_t seen = now + path.client_half_us / 2 + jitter();
      out.push_back({seen, Dir::c2s, client_bit});
      to_server.push_back({seen + path.server_half_us / 2, n, client_bit});
    }
    const std::int64_t seen = now + path.server_half_us / 2 + jitter();
    out.push_back({seen, Dir::s2c, server_bit});
    to_client.push_back({seen + path.client_half_us / 2, n, server_bit});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.us < b.us; });
  return out;
}

struct Samples {
  std::vector<Nanos> end_to_end, client_half, server_half;
};
Samples observe(SpinObserver& observer, const std::vector<Packet>& packets) {
  Samples out;
  for (const Packet& p : packets) {
    const SpinSample s = observer.advance(p.dir, at_us(p.us), p.bit);
    if (s.end_to_end) out.end_to_end.push_back(*s.end_to_end);
    if (s.half) {
      (p.dir == Dir::s2c ? out.server_half : out.client_half)
          .push_back(*s.half);
    }
  }
  return out;
}
void expect_all_near(const std::vector<Nanos>& got, Nanos low, Nanos high,
                     const char* what) {
  for (const Nanos n : got) {
    EXPECT_GE(n, low) << what;
    EXPECT_LE(n, high) << what;
  }
}

TEST(QuicSpin, MeasuresHalvesAndWhole) {
  SpinObserver observer;
  observer.set_estimate(ms(20));
  const Path path;
  const Samples s = observe(observer, simulate(path));
  // 800 ms are 40 round trips, seen in two directions.
  EXPECT_GT(s.end_to_end.size(), 60u);
  EXPECT_GT(s.server_half.size(), 30u);
  EXPECT_GT(s.client_half.size(), 30u);
  expect_all_near(s.end_to_end, ms(20), us(20'800), "whole");
  expect_all_near(s.server_half, ms(14), us(14'400), "server half");
  expect_all_near(s.client_half, ms(6), us(6'400), "client half");
}

TEST(QuicSpin, OneDirectionGivesTheWhole) {
  SpinObserver observer;
  observer.set_estimate(ms(20));
  std::vector<Packet> packets = simulate({});
  std::erase_if(packets, [](const Packet& p) { return p.dir == Dir::s2c; });
  const Samples s = observe(observer, packets);
  EXPECT_GT(s.end_to_end.size(), 30u);
  EXPECT_TRUE(s.client_half.empty());
  expect_all_near(s.end_to_end, ms(20), us(20'800), "whole");
}

// Packets overtake each other by up to four places around every edge.
TEST(QuicSpin, ReorderingMakesNoShortSamples) {
  SpinObserver observer;
  observer.set_estimate(ms(20));
  Path path;
  path.jitter_us = 1700;
  const Samples s = observe(observer, simulate(path));
  EXPECT_GT(s.end_to_end.size(), 50u);
  expect_all_near(s.end_to_end, ms(16), ms(24), "whole");
  expect_all_near(s.server_half, ms(11), ms(18), "server half");
}

TEST(QuicSpin, LateStragglerIsNoEdge) {
  SpinObserver observer;
  observer.set_estimate(ms(20));
  std::vector<Packet> packets = simulate({});
  std::vector<Packet> damaged;
  int n = 0;
  // One packet in 83 carries the value of the phase before.  Next to an edge
  // it delays the edge by the three packets that confirm one.
  for (Packet p : packets) {
    if (++n % 83 == 0) p.bit = !p.bit;
    damaged.push_back(p);
  }
  const Samples s = observe(observer, damaged);
  EXPECT_GT(s.end_to_end.size(), 30u);
  expect_all_near(s.end_to_end, ms(18), ms(22), "whole");
}

// Four packets in 250 carry the wrong value: long enough to be confirmed, but
// the way back comes too soon for a round trip.
TEST(QuicSpin, NothingShorterThanAnEighth) {
  SpinObserver observer;
  observer.set_estimate(ms(20));
  std::vector<Packet> packets = simulate({});
  std::erase_if(packets, [](const Packet& p) { return p.dir == Dir::s2c; });
  for (std::size_t i = 0; i < packets.size(); ++i) {
    if (i % 250 < 4) packets[i].bit = !packets[i].bit;
  }
  const Samples s = observe(observer, packets);
  EXPECT_GT(s.end_to_end.size(), 20u);
  expect_all_near(s.end_to_end, ms(2), us(20'800), "whole");
}

TEST(QuicSpin, EstimateTakenTooHighCorrectsItself) {
  SpinObserver observer;
  observer.set_estimate(ms(400));  // a slow handshake on a short path
  const Samples s = observe(observer, simulate({.packets = 6000}));
  EXPECT_GT(s.end_to_end.size(), 150u);
  expect_all_near(s.server_half, ms(14), us(14'400), "server half");
}

TEST(QuicSpin, WorksWithoutEstimate) {
  SpinObserver observer;
  const Samples s = observe(observer, simulate({}));
  EXPECT_GT(s.end_to_end.size(), 50u);
  expect_all_near(s.end_to_end, ms(20), us(20'800), "whole");
}

// The client pauses 30 ms out of every 100.
TEST(QuicSpin, IdleSenderGivesNoLateSamples) {
  SpinObserver observer;
  observer.set_estimate(ms(20));
  Path path;
  path.packets = 6000;
  path.client_silent = [](std::int64_t now) { return now % 100'000 < 30'000; };
  const Samples s = observe(observer, simulate(path));
  EXPECT_GT(s.end_to_end.size(), 40u);
  expect_all_near(s.end_to_end, ms(20), us(20'800), "whole");
  expect_all_near(s.client_half, ms(6), us(6'400), "client half");
}

TEST(QuicSpin, RandomBitsAreGivenUp) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SpinObserver observer;
    observer.set_estimate(ms(20));
    std::mt19937 random(seed);
    std::vector<Packet> packets = simulate({});
    for (Packet& p : packets) p.bit = random() % 2 == 0;
    const Samples s = observe(observer, packets);
    EXPECT_TRUE(observer.random());
    EXPECT_TRUE(s.end_to_end.empty()) << seed;
    EXPECT_TRUE(s.server_half.empty() && s.client_half.empty()) << seed;
  }
}

TEST(QuicSpin, ConstantBitGivesNothing) {
  SpinObserver observer;
  observer.set_estimate(ms(20));
  std::vector<Packet> packets = simulate({});
  for (Packet& p : packets) p.bit = p.dir == Dir::c2s;
  const Samples s = observe(observer, packets);
  EXPECT_FALSE(observer.random());
  EXPECT_TRUE(s.end_to_end.empty());
  EXPECT_TRUE(s.server_half.empty() && s.client_half.empty());
}

TEST(QuicSpin, ArbitraryStampsGiveNoNegativeSample) {
  std::mt19937_64 random(9);
  for (int round = 0; round < 200; ++round) {
    SpinObserver observer;
    for (int i = 0; i < 300; ++i) {
      const auto when = stamp_ns(static_cast<std::int64_t>(random()));
      const SpinSample s = observer.advance(random() % 2 ? Dir::c2s : Dir::s2c,
                                            when, random() % 8 == 0);
      if (s.end_to_end) {
        EXPECT_GE(*s.end_to_end, Nanos{0});
      }
      if (s.half) {
        EXPECT_GE(*s.half, Nanos{0});
      }
    }
  }
}

}  // namespace
}  // namespace netlat
