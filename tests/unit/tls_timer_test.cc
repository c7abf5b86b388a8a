#include "netlat/flow/tls_timer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/unit/tls_player.h"

namespace netlat {
namespace {

using namespace test;

TEST(TlsTimer, Full13) {
  Player player;
  const TlsHandshake& r = player.play(full_13());
  EXPECT_EQ(r.server_name.view(), "www.example.org");
  EXPECT_STREQ(tls_version_name(r.version), "1.3");
  EXPECT_EQ(r.resumed, false);
  EXPECT_EQ(r.client_hello, at_ms(0));
  EXPECT_EQ(r.server_hello, at_ms(20));
  EXPECT_EQ(r.server_flight, at_ms(21));
  EXPECT_EQ(r.client_reply, at_ms(30));
  EXPECT_EQ(r.client_app_data, at_ms(31));
  EXPECT_EQ(r.server_app_data, at_ms(55));
  EXPECT_FALSE(r.hello_retry);
  EXPECT_FALSE(r.server_finished);
  EXPECT_EQ(player.timer.state(), TlsTimer::State::done);
}

TEST(TlsTimer, Full12) {
  Player player;
  const TlsHandshake& r = player.play(full_12());
  EXPECT_EQ(r.server_name.view(), "old.example");
  EXPECT_STREQ(tls_version_name(r.version), "1.2");
  EXPECT_EQ(r.resumed, false);
  EXPECT_EQ(r.server_hello, at_ms(20));
  EXPECT_EQ(r.server_flight, at_ms(22));
  EXPECT_EQ(r.client_reply, at_ms(40));
  EXPECT_EQ(r.server_finished, at_ms(60));
  EXPECT_EQ(r.client_app_data, at_ms(70));
  EXPECT_EQ(r.server_app_data, at_ms(95));
  EXPECT_EQ(player.timer.state(), TlsTimer::State::done);
}

TEST(TlsTimer, Resumed12) {
  Player player;
  const TlsHandshake& r =
      player.play({{kC, 0, record(kHandshake, client_hello({}))},
                   {kS, 20,
                    record(kHandshake, server_hello(0x0303, {})) +
                        cipher_spec() + record(kHandshake, fill(40, 9))},
                   {kC, 30, cipher_spec() + record(kHandshake, fill(40, 9))}});
  EXPECT_EQ(r.resumed, true);
  EXPECT_EQ(r.client_reply, at_ms(30));
  EXPECT_TRUE(r.server_name.empty());
}

TEST(TlsTimer, Resumed13) {
  Player player;
  const TlsHandshake& r = player.play(
      {{kC, 0, kHello13},
       {kS, 9,
        record(kHandshake, server_hello(0x0303, selected_version(0x0304) +
                                                    extension(41, {0, 0})))}});
  EXPECT_EQ(r.resumed, true);
}

TEST(TlsTimer, HelloRetry) {
  const Octets retry =
      record(kHandshake,
             server_hello(0x0303, selected_version(0x0304), retry_random()));
  Player player;
  const TlsHandshake& r = player.play({{kC, 0, kHello13},
                                       {kS, 10, retry + cipher_spec()},
                                       {kC, 15, cipher_spec() + kHello13},
                                       {kS, 40, kServer13},
                                       {kC, 47, finished13()}});
  EXPECT_EQ(r.client_hello, at_ms(0));
  EXPECT_EQ(r.hello_retry, at_ms(10));
  EXPECT_EQ(r.retried_hello, at_ms(15));
  EXPECT_EQ(r.server_hello, at_ms(40));
  EXPECT_EQ(r.client_reply, at_ms(47));
}

TEST(TlsTimer, EarlyDataHidesTheAnswer) {
  Player player;
  const TlsHandshake& r = player.play(
      {{kC, 0,
        record(kHandshake, client_hello(extension(42, {}))) + cipher_spec()},
       {kC, 1, record(kAppData, fill(200, 2))},
       {kS, 20, kServer13},
       {kC, 21, record(kAppData, fill(200, 2))}});
  EXPECT_TRUE(r.early_data);
  EXPECT_EQ(r.client_app_data, at_ms(1));
  EXPECT_EQ(r.server_hello, at_ms(20));
  EXPECT_FALSE(r.client_reply);
  EXPECT_EQ(player.timer.state(), TlsTimer::State::done);
}

TEST(TlsTimer, CompatibilityCipherSpecIsNoAnswer) {
  Player player;
  const TlsHandshake& r = player.play({{kC, 0, kHello13},
                                       {kS, 20, kServer13},
                                       {kC, 22, cipher_spec()},
                                       {kS, 30, record(kAppData, {1})},
                                       {kC, 44, finished13()}});
  EXPECT_EQ(r.client_reply, at_ms(44));
  EXPECT_EQ(r.server_flight, at_ms(30));
}

TEST(TlsTimer, ClientCertificateIsNoApplicationData) {
  Player player;
  const TlsHandshake& r = player.play({{kC, 0, kHello13},
                                       {kS, 20, kServer13},
                                       {kC, 30, record(kAppData, fill(800, 1))},
                                       {kC, 31, record(kAppData, fill(280, 1))},
                                       {kC, 32, finished13()},
                                       {kC, 33, record(kAppData, {1, 2})}});
  EXPECT_EQ(r.client_reply, at_ms(30));
  EXPECT_EQ(r.client_app_data, at_ms(33));
}

// A hello longer than three segments, its name behind the key shares.
TEST(TlsTimer, PostQuantumHelloOverSegments) {
  const Octets hello =
      record(kHandshake, client_hello(key_share(4000) + sni("pq.example") +
                                      extension(21, fill(100, 0))));
  Player player;
  std::int64_t now = 0;
  for (std::size_t at = 0; at < hello.size(); at += 1448) {
    const auto n = std::min<std::size_t>(1448, hello.size() - at);
    const auto from = hello.begin() + static_cast<std::ptrdiff_t>(at);
    player.give(kC, at_ms(now++),
                Octets(from, from + static_cast<std::ptrdiff_t>(n)));
  }
  EXPECT_EQ(player.timer.result().client_hello, at_ms(2));
  EXPECT_EQ(player.timer.result().server_name.view(), "pq.example");
}

// However the octets are cut into segments, only the moments change.
TEST(TlsTimer, AnySegmentation) {
  std::mt19937 random(3);
  for (const Handshake& handshake : {full_13(), full_12()}) {
    Player whole;
    const TlsHandshake want = whole.play(handshake);
    for (int round = 0; round < 300; ++round) {
      Player player;
      const std::size_t most = 1 + random() % 200;
      for (const Flight& f : handshake) {
        for (auto at = f.octets.begin(); at != f.octets.end();) {
          const auto left = static_cast<std::size_t>(f.octets.end() - at);
          const auto n = std::min<std::size_t>(1 + random() % most, left);
          const auto end = at + static_cast<std::ptrdiff_t>(n);
          player.give(f.dir, at_ms(f.ms), Octets(at, end));
          at = end;
        }
      }
      const TlsHandshake& got = player.timer.result();
      ASSERT_EQ(got.server_name, want.server_name);
      ASSERT_EQ(got.version, want.version);
      ASSERT_EQ(got.resumed, want.resumed);
      ASSERT_EQ(got.client_hello, want.client_hello);
      ASSERT_EQ(got.server_hello, want.server_hello);
      ASSERT_EQ(got.server_flight, want.server_flight);
      ASSERT_EQ(got.client_reply, want.client_reply);
      ASSERT_EQ(got.server_finished, want.server_finished);
      ASSERT_EQ(got.client_app_data, want.client_app_data);
      ASSERT_EQ(got.server_app_data, want.server_app_data);
    }
  }
}

// With any snapshot length a moment is either the true one or absent.
TEST(TlsTimer, AnySnapshotLength) {
  for (const Handshake& handshake : {full_13(), full_12()}) {
    Player whole;
    const TlsHandshake want = whole.play(handshake);
    for (std::size_t snap = 0; snap < 1000; ++snap) {
      Player player;
      player.snap = snap;
      const TlsHandshake& got = player.play(handshake);
      const auto check = [&](auto member) {
        if (got.*member) {
          ASSERT_EQ(got.*member, want.*member) << snap;
        }
      };
      check(&TlsHandshake::client_hello);
      check(&TlsHandshake::server_hello);
      check(&TlsHandshake::server_flight);
      check(&TlsHandshake::client_reply);
      check(&TlsHandshake::server_finished);
      check(&TlsHandshake::client_app_data);
      check(&TlsHandshake::server_app_data);
      check(&TlsHandshake::resumed);
      if (!got.server_name.empty()) {
        ASSERT_EQ(got.server_name, want.server_name);
      }
      if (got.version != 0) {
        ASSERT_EQ(got.version, want.version) << snap;
      }
    }
  }
}

// 96 octets of frame leave 30 of payload behind TCP timestamps.
TEST(TlsTimer, ShortSnapshotKeepsTheHalves) {
  Player player;
  player.snap = 30;
  const TlsHandshake& r = player.play(full_13());
  EXPECT_EQ(r.client_hello, at_ms(0));
  EXPECT_EQ(r.server_hello, at_ms(20));
  EXPECT_EQ(r.server_flight, at_ms(21));
  EXPECT_EQ(r.client_reply, at_ms(30));
  EXPECT_STREQ(tls_version_name(r.version), "1.3");
}

TEST(TlsTimer, CaptureGapGivesNoMoment) {
  const Octets hello = kHello13;
  const auto half = static_cast<std::ptrdiff_t>(hello.size() / 2);
  Player player;
  player.give(kC, at_ms(0), Octets(hello.begin(), hello.begin() + half));
  player.offset[0] = static_cast<std::int64_t>(hello.size());
  player.give(kS, at_ms(20), kServer13);
  player.give(kC, at_ms(30), finished13());
  const TlsHandshake& r = player.timer.result();
  EXPECT_FALSE(r.client_hello);
  EXPECT_EQ(r.server_hello, at_ms(20));
  EXPECT_EQ(r.client_reply, at_ms(30));
}

TEST(TlsTimer, RepeatedOctetsAreIgnored) {
  Player player;
  player.give(kC, at_ms(0), kHello13);
  player.timer.advance(kC, at_ms(5), 0, kHello13,
                       static_cast<std::uint32_t>(kHello13.size()));
  const Octets overlap(kHello13.end() - 10, kHello13.end());
  player.timer.advance(kC, at_ms(6),
                       static_cast<std::int64_t>(kHello13.size()) - 10,
                       overlap + cipher_spec(), 16);
  EXPECT_EQ(player.timer.result().client_hello, at_ms(0));
  EXPECT_FALSE(player.timer.result().retried_hello);
}

}  // namespace
}  // namespace netlat
