// What is not TLS, and TLS that lies.

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/tls_player.h"

namespace netlat {
namespace {

using namespace test;

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
