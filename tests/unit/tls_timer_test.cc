#include "netlat/flow/tls_timer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>

#include "tests/unit/tls_octets.h"

namespace netlat {
namespace {

using namespace test;

struct Flight {
  Dir dir;
  std::int64_t ms;
  Octets octets;
};
using Handshake = std::vector<Flight>;

constexpr auto kC = Dir::c2s, kS = Dir::s2c;

// Feeds flights; each payload may be cut into segments and by a snapshot
// length.
struct Player {
  TlsTimer timer;
  std::int64_t offset[2] = {0, 0};
  std::size_t snap = SIZE_MAX;

  void give(Dir dir, Stamp now, const Octets& octets) {
    // An exact heap block, so that a sanitizer sees any step outside.
    const std::size_t n = std::min(snap, octets.size());
    const auto block = std::make_unique<std::uint8_t[]>(n);
    std::copy_n(octets.begin(), n, block.get());
    std::int64_t& at = offset[static_cast<std::size_t>(dir)];
    timer.advance(dir, now, at, Bytes(block.get(), n),
                  static_cast<std::uint32_t>(octets.size()));
    at += static_cast<std::int64_t>(octets.size());
  }
  const TlsHandshake& play(const Handshake& handshake) {
    for (const Flight& f : handshake) give(f.dir, at_ms(f.ms), f.octets);
    return timer.result();
  }
};

const Octets kHello13 =
    record(kHandshake, client_hello(sni("www.example.org") + key_share(32)));
const Octets kServer13 =
    record(kHandshake, server_hello(0x0303, selected_version(0x0304)));

Handshake full_13() {
  return {{kC, 0, kHello13},
          {kS, 20, kServer13 + cipher_spec() + record(kAppData, fill(900, 1))},
          {kS, 21, record(kAppData, fill(53, 1))},
          {kC, 30, cipher_spec() + finished13()},
          {kC, 31, record(kAppData, fill(100, 2))},
          {kS, 55, record(kAppData, fill(255, 3))}};
}
Handshake full_12() {
  const Octets hello = record(kHandshake, server_hello(0x0303, {}));
  return {
      {kC, 0, record(kHandshake, client_hello(sni("old.example")))},
      {kS, 20, hello + record(kHandshake, message(11, fill(2000, 7)))},
      {kS, 22, record(kHandshake, message(12, fill(300, 7)) + message(14, {}))},
      {kC, 40,
       record(kHandshake, message(16, fill(66, 7))) + cipher_spec() +
           record(kHandshake, fill(40, 9))},
      {kS, 60, cipher_spec() + record(kHandshake, fill(40, 9))},
      {kC, 70, record(kAppData, fill(99, 9))},
      {kS, 95, record(kAppData, fill(99, 9))}};
}

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

struct NotTlsRow {
  const char* name;
  Dir dir;
  Octets octets;
};
class NotTls : public ::testing::TestWithParam<NotTlsRow> {};

TEST_P(NotTls, IsSaidAtOnce) {
  Player player;
  player.give(GetParam().dir, at_ms(0), GetParam().octets);
  EXPECT_EQ(player.timer.state(), TlsTimer::State::not_tls);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, NotTls,
    ::testing::Values(NotTlsRow{"http", kC, {'G', 'E', 'T', ' ', '/', ' '}},
                      NotTlsRow{"banner_of_server", kS, {'S', 'S', 'H', '-'}},
                      NotTlsRow{"server_hello_first", kS, kServer13},
                      NotTlsRow{"one_octet", kC, {'G'}},
                      NotTlsRow{"server_hello_by_client", kC, kServer13},
                      NotTlsRow{"application_data", kC, record(kAppData, {1})},
                      NotTlsRow{"other_version", kC, {22, 9, 1, 0, 9, 1}},
                      NotTlsRow{"other_version_cut", kC, {22, 9}},
                      NotTlsRow{"empty_record", kC, {22, 3, 1, 0, 0, 1}},
                      NotTlsRow{"huge_record", kC, {22, 3, 1, 0xff, 0xff, 1}},
                      NotTlsRow{"ssl2", kC, {0x80, 46, 1, 3, 1}}),
    [](const auto& row) { return row.param.name; });

TEST(TlsTimer, PlainServerEndsIt) {
  Player player;
  player.give(kC, at_ms(0), kHello13);
  player.give(kS, at_ms(5), {'H', 'T', 'T', 'P', '/', '1', '.', '1'});
  EXPECT_EQ(player.timer.state(), TlsTimer::State::done);
  EXPECT_FALSE(player.timer.result().server_hello);
}

struct HelloRow {
  const char* name;
  Octets extensions;
  std::string want;
};
class HostileHello : public ::testing::TestWithParam<HelloRow> {};

TEST_P(HostileHello, NameIsWholeOrAbsent) {
  Player player;
  player.give(kC, at_ms(0),
              record(kHandshake, client_hello(GetParam().extensions)));
  EXPECT_EQ(player.timer.result().server_name.view(), GetParam().want);
  EXPECT_EQ(player.timer.result().client_hello, at_ms(0));
}

Octets lying_sni(std::uint16_t list, std::uint16_t length, Octets name) {
  Octets body;
  put(body, list, 2);
  put(body, 0, 1);
  put(body, length, 2);
  put(body, name);
  return extension(0, body);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, HostileHello,
    ::testing::Values(
        HelloRow{"longest", sni(std::string(253, 'a')), std::string(253, 'a')},
        HelloRow{"too_long", sni(std::string(254, 'a')), ""},
        HelloRow{"name_of_16k", sni(std::string(16000, 'a')), ""},
        HelloRow{"empty", sni(""), ""},
        HelloRow{"escape", sni("\x1b[2Ja"), "\x1b[2Ja"},
        HelloRow{"not_a_host_name", sni("abc", 1), ""},
        HelloRow{"length_beyond_extension", lying_sni(9, 600, {'a'}), ""},
        HelloRow{"cut_header", extension(0, {0, 4, 0}), ""},
        HelloRow{"second_name_wins_nothing", sni("a") + extension(13, {}), "a"},
        HelloRow{"extension_beyond_hello", {0, 0, 0xff, 0xff, 0, 1, 0, 0}, ""},
        HelloRow{"trailing_octets", sni("abc") + Octets{1, 2, 3}, "abc"}),
    [](const auto& row) { return row.param.name; });

// Every octet changed, every prefix: no step outside, no false name.
TEST(TlsTimer, EveryPrefixAndEveryOctetChanged) {
  const Octets hello = kHello13;
  for (std::size_t n = 0; n <= hello.size(); ++n) {
    Player player;
    player.give(
        kC, at_ms(0),
        Octets(hello.begin(), hello.begin() + static_cast<std::ptrdiff_t>(n)));
    EXPECT_EQ(player.timer.result().client_hello.has_value(),
              n == hello.size());
    EXPECT_EQ(player.timer.result().server_name.empty(), n < hello.size());
  }
  for (std::size_t n = 0; n < hello.size(); ++n) {
    for (const int value : {0x00, 0x7f, 0xff}) {
      Octets changed = hello;
      changed[n] = static_cast<std::uint8_t>(value);
      Player player;
      player.give(kC, at_ms(0), changed);
      player.give(kS, at_ms(1), kServer13);
      player.give(kC, at_ms(2), changed);
    }
  }
}

TEST(TlsTimer, EndsOnEndlessHandshake) {
  Player player;
  player.give(kC, at_ms(0), kHello13);
  player.give(kS, at_ms(1), kServer13);
  for (int i = 0; i < 40 && !player.timer.finished(); ++i) {
    player.give(kS, at_ms(2), record(kAppData, fill(16000, 1)));
  }
  EXPECT_EQ(player.timer.state(), TlsTimer::State::done);
}

}  // namespace
}  // namespace netlat
