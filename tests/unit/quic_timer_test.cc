#include "netlat/flow/quic_timer.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "lib/flow/quic_header.h"
#include "tests/unit/quic_octets.h"

namespace netlat {
namespace {

using namespace test;

const Octets kOriginal(8, 0xaa), kClientId(4, 0xcc), kServerId(6, 0xbb),
    kNewId(8, 0xdd);

class QuicTimerTest : public ::testing::Test {
 protected:
  QuicReport from_client(std::int64_t ms, const Octets& octets) {
    return give(udp(at_ms(ms), client, server, octets));
  }
  QuicReport from_server(std::int64_t ms, const Octets& octets) {
    return give(udp(at_ms(ms), server, client, octets));
  }
  QuicReport give(Segment s) {
    s.link_tag = link_tag;
    return timer.advance(s);
  }
  // Client Initial at 0, server flight at 20 and 21.
  void open() {
    from_client(0, initial());
    from_server(20, server_initial());
    from_server(21, server_handshake());
  }
  static Octets initial(const Octets& to = kOriginal) {
    return long_header(kInitial, kV1, to, kClientId);
  }
  static Octets server_initial(const Octets& id = kServerId) {
    return long_header(kInitial, kV1, kClientId, id);
  }
  static Octets server_handshake() {
    return long_header(kQHandshake, kV1, kClientId, kServerId);
  }

  Host client = host("2001:db8::1", 50000), server = host("2001:db8::2", 443);
  std::uint32_t link_tag = 0;
  QuicTimer timer{KeyedHash(1)};
};

void expect_sample(const QuicReport& report, Dir dir, RttSpan span,
                   std::int64_t rtt_ms, bool ambiguous = false) {
  ASSERT_EQ(report.count, 1);
  EXPECT_EQ(report.dir, dir);
  EXPECT_EQ(report.samples[0].span, span);
  EXPECT_EQ(report.samples[0].rtt_class, QuicRttClass::handshake);
  EXPECT_EQ(report.samples[0].rtt, ms(rtt_ms));
  EXPECT_EQ(report.samples[0].ambiguous, ambiguous);
}

TEST_F(QuicTimerTest, BothHalves) {
  EXPECT_EQ(from_client(0, initial()).count, 0);
  expect_sample(from_server(20, server_initial()), Dir::s2c,
                RttSpan::server_half, 20);
  EXPECT_EQ(from_server(21, server_handshake()).count, 0);
  const QuicReport reply =
      from_client(61, long_header(kQHandshake, kV1, kServerId, kClientId, 80));
  expect_sample(reply, Dir::c2s, RttSpan::client_half, 40);
  EXPECT_EQ(reply.samples[0].candidates, 2);
  EXPECT_EQ(reply.samples[0].spread, ms(1));
  EXPECT_EQ(from_client(62, short_header(false, kServerId)).count, 0);
  EXPECT_EQ(timer.counters().connections, 1u);
}

TEST_F(QuicTimerTest, HigherAddressMayBeClient) {
  std::swap(client.address, server.address);
  from_client(0, initial());
  expect_sample(from_server(20, server_initial()), Dir::s2c,
                RttSpan::server_half, 20);
}

TEST_F(QuicTimerTest, Version2CountsTypesOtherwise) {
  const std::uint8_t v2_initial = 0xd0, v2_retry = 0xc0;
  from_client(0, long_header(v2_initial, kV2, kOriginal, kClientId));
  expect_sample(
      from_server(5, long_header(v2_retry, kV2, kClientId, kServerId, 60)),
      Dir::s2c, RttSpan::server_half, 5);
  EXPECT_EQ(timer.counters().retries, 1u);
}

TEST_F(QuicTimerTest, RepeatedInitialIsAmbiguous) {
  from_client(0, initial());
  from_client(1000, initial());
  const QuicReport report = from_server(1020, server_initial());
  expect_sample(report, Dir::s2c, RttSpan::server_half, 20, true);
  EXPECT_EQ(report.samples[0].candidates, 2);
  EXPECT_EQ(report.samples[0].spread, ms(1000));
  EXPECT_EQ(timer.counters().ambiguous, 1u);
}

TEST_F(QuicTimerTest, HelloInTwoDatagramsIsNot) {
  from_client(0, initial());
  from_client(1, initial());
  const QuicReport report = from_server(31, server_initial());
  expect_sample(report, Dir::s2c, RttSpan::server_half, 30);
  EXPECT_EQ(report.samples[0].candidates, 2);
}

TEST_F(QuicTimerTest, InitialCapturedTwice) {
  from_client(0, initial());
  link_tag = 9;
  from_client(1, initial());
  EXPECT_EQ(timer.counters().duplicates, 1u);
  expect_sample(from_server(31, server_initial()), Dir::s2c,
                RttSpan::server_half, 31);
}

TEST_F(QuicTimerTest, RepeatCrossingTheAnswerIsNoReply) {
  open();
  EXPECT_EQ(from_client(25, initial()).count, 0);
  expect_sample(from_client(51, initial(kServerId)), Dir::c2s,
                RttSpan::client_half, 30);
}

TEST_F(QuicTimerTest, ZeroRttIsNoReply) {
  open();
  for (const Octets& id : {kOriginal, kServerId}) {
    const Octets early = long_header(kZeroRtt, kV1, id, kClientId);
    EXPECT_EQ(from_client(25, early).count, 0);
  }
  expect_sample(from_client(51, initial(kServerId)), Dir::c2s,
                RttSpan::client_half, 30);
}

TEST_F(QuicTimerTest, ReplyToAnIdGivenLater) {
  open();
  expect_sample(from_client(51, initial(kNewId)), Dir::c2s,
                RttSpan::client_half, 30);
  EXPECT_EQ(from_client(52, initial(kNewId)).count, 0);
  EXPECT_EQ(timer.counters().connections, 1u);
}

TEST_F(QuicTimerTest, ShortHeaderIsReply) {
  open();
  expect_sample(from_client(26, short_header(false, kServerId)), Dir::c2s,
                RttSpan::client_half, 5, true);
}

TEST_F(QuicTimerTest, Retry) {
  from_client(0, initial());
  expect_sample(
      from_server(10, long_header(kRetry, kV1, kClientId, kServerId, 70)),
      Dir::s2c, RttSpan::server_half, 10);
  EXPECT_EQ(from_client(11, initial()).count, 0) << "did not hear the Retry";
  expect_sample(from_client(14, initial(kServerId)), Dir::c2s,
                RttSpan::client_half, 4);
  expect_sample(from_server(30, server_initial(kNewId)), Dir::s2c,
                RttSpan::server_half, 16);
  expect_sample(from_client(33, initial(kNewId)), Dir::c2s,
                RttSpan::client_half, 3);
  EXPECT_EQ(timer.counters().connections, 1u);
}

TEST_F(QuicTimerTest, VersionNegotiation) {
  from_client(0, initial());
  expect_sample(from_server(9, long_header(0x80, 0, kClientId, kOriginal, 40)),
                Dir::s2c, RttSpan::server_half, 9);
  EXPECT_EQ(timer.counters().negotiations, 1u);
  EXPECT_EQ(timer.size(), 0u);
  EXPECT_EQ(from_client(11, initial(kNewId)).count, 0);
  EXPECT_EQ(timer.counters().connections, 2u);
}

TEST_F(QuicTimerTest, AnswerToAnotherIdIsNone) {
  from_client(0, initial());
  EXPECT_EQ(from_server(5, long_header(kInitial, kV1, kNewId, kServerId)).count,
            0);
  EXPECT_EQ(from_server(6, long_header(0x80, 0, kClientId, kNewId, 40)).count,
            0);
  expect_sample(from_server(7, server_initial()), Dir::s2c,
                RttSpan::server_half, 7);
}

TEST_F(QuicTimerTest, SamePortsAgain) {
  open();
  from_client(30, initial(kServerId));
  from_client(9000, initial(kNewId));
  EXPECT_EQ(timer.counters().connections, 2u);
  expect_sample(from_server(9012, server_initial()), Dir::s2c,
                RttSpan::server_half, 12);
}

TEST_F(QuicTimerTest, ClockGoingBackAndLateAnswers) {
  from_client(50, initial());
  EXPECT_EQ(from_server(20, server_initial()).count, 0);
  EXPECT_EQ(timer.counters().negative, 1u);
  client.port = 50001;
  from_client(0, initial());
  EXPECT_EQ(from_server(30'001, server_initial()).count, 0);
  client.port = 50002;
  give(udp(Stamp::min(), client, server, initial()));
  EXPECT_EQ(give(udp(Stamp::max(), server, client, server_initial())).count, 0);
}

struct OpenRow {
  const char* name;
  Octets octets;
  bool opens;
};
class QuicOpens : public QuicTimerTest,
                  public ::testing::WithParamInterface<OpenRow> {};

TEST_P(QuicOpens, Plausible) {
  from_client(0, GetParam().octets);
  EXPECT_EQ(timer.size(), GetParam().opens ? 1u : 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, QuicOpens,
    ::testing::Values(
        OpenRow{"v1", long_header(kInitial, kV1, kOriginal, {}), true},
        OpenRow{"v2", long_header(0xd0, kV2, kOriginal, {}), true},
        OpenRow{"not_padded", long_header(kInitial, kV1, kOriginal, {}, 1199),
                false},
        OpenRow{"short_id", long_header(kInitial, kV1, Octets(7, 1), {}),
                false},
        OpenRow{"longest_ids",
                long_header(kInitial, kV1, Octets(20, 1), Octets(20, 2)), true},
        OpenRow{"id_too_long", long_header(kInitial, kV1, Octets(21, 1), {}),
                false},
        OpenRow{"id_beyond_end", Octets(1200, 0xff), false},
        OpenRow{"handshake", long_header(kQHandshake, kV1, kOriginal, {}),
                false},
        OpenRow{"fixed_bit_clear", long_header(0x83, kV1, kOriginal, {}),
                false},
        OpenRow{"draft", long_header(kInitial, 0xff00001d, kOriginal, {}),
                false},
        OpenRow{"greased_version",
                long_header(kInitial, 0x1a2a3a4a, kOriginal, {}), false},
        OpenRow{"short_header", short_header(true, {}, 1200), false},
        OpenRow{"dtls", {22, 254, 253, 0, 0}, false}),
    [](const auto& row) { return row.param.name; });

TEST(QuicHeader, EveryPrefix) {
  const Octets whole =
      long_header(kInitial, kV1, Octets(20, 1), Octets(20, 2), 0);
  for (std::size_t n = 0; n <= whole.size(); ++n) {
    const auto block = std::make_unique<std::uint8_t[]>(n);
    std::copy_n(whole.begin(), n, block.get());
    EXPECT_EQ(parse_quic_long_header(Bytes(block.get(), n)).has_value(),
              n == whole.size())
        << n;
  }
}

TEST_F(QuicTimerTest, FloodIsBoundedAndCounted) {
  QuicTimer small(KeyedHash(1), 64);
  std::mt19937 random(3);
  const Octets octets = initial();
  for (int i = 0; i < 20000; ++i) {
    client.port = static_cast<Port>(random());
    small.advance(udp(at_us(i), client, server, octets));
  }
  EXPECT_LE(small.size(), 80u);
  EXPECT_GT(small.counters().evicted, 10000u);
}

}  // namespace
}  // namespace netlat
