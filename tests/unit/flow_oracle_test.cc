// Random exchanges against an oracle that looks at every octet.
//
// The sender sends, repeats, and loses segments before the capture point; the
// receiver acknowledges what it likes.  Without timestamps, IP-IDs and SACK
// the rules are few, so the oracle can be plain: an octet is counted when it
// first passes, unless it was acknowledged before; an ACK of new octets is
// timed from the only transmission of the last of them, unless an octet below
// was sent later or never seen (Karn's rule and its two companions).

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "lib/flow/tcp_engine.h"
#include "tests/support/invariants.h"
#include "tests/support/segments.h"

namespace netlat::test {
namespace {

using namespace std::chrono_literals;

/// Octet n of the stream has relative sequence number n; 0 is the SYN.
class Oracle {
 public:
  explicit Oracle(std::size_t octets) : octets_(octets) {}

  void sent(std::size_t begin, std::size_t end, Nanos now) {
    for (std::size_t n = begin; n < end; ++n) {
      Octet& octet = octets_[n];
      if (octet.times == 0 && n >= una) ++bytes;
      if (octet.times == 0) octet.first = now;
      ++octet.times;
      octet.last = now;
    }
    max = std::max(max, end);
  }

  /// The RTT sample of this ACK.
  std::optional<Nanos> acknowledged(std::size_t ack, Nanos now) {
    if (ack <= una) return std::nullopt;
    const std::size_t from = una;
    una = ack;
    max = std::max(max, ack);
    const Octet& newest = octets_[ack - 1];
    for (std::size_t n = from; n < ack; ++n) {
      if (octets_[n].times == 0) return std::nullopt;
      if (octets_[n].last > newest.last) return std::nullopt;
    }
    if (newest.times > 1) return std::nullopt;
    return now - newest.first;
  }

  std::size_t una = 1, max = 1;
  std::uint64_t bytes = 0;

 private:
  struct Octet {
    unsigned times = 0;
    Nanos first{0}, last{0};
  };
  std::vector<Octet> octets_;
};

class RandomExchange {
 public:
  explicit RandomExchange(std::uint32_t seed)
      : random_(seed),
        isn_(pick(2) != 0 ? 0xffff'f000u + pick(4096) : pick(0xffff'ffff)),
        oracle_(kOctets) {
    connection_.client_is_low = true;
  }
  ~RandomExchange() { engine_.release(connection_); }

  void play() {
    put(true, kSyn, isn_, 0, 0);
    put(false, kSyn | kAck, kServer, isn_ + 1, 0);
    put(true, kAck, isn_ + 1, kServer + 1, 0);
    while (next_ + kLargest < kOctets && log_.size() < 400) {
      step();
      if (::testing::Test::HasFailure()) {
        std::string text;
        for (const std::string& line : log_) text += line + "\n";
        ADD_FAILURE() << text;
        return;
      }
    }
  }

 private:
  static constexpr std::size_t kOctets = 40'000, kLargest = 3000;
  static constexpr std::uint32_t kServer = 77'777;

  std::uint32_t pick(std::uint32_t n) {
    return static_cast<std::uint32_t>(random_() % n);
  }

  SegmentFacts put(bool client, std::uint8_t flags, std::uint32_t seq,
                   std::uint32_t ack, std::uint32_t length) {
    // Slower than the network duplicates packets or a capture reorders them.
    now_ += 3ms + Nanos{pick(20'000'000)};
    Segment s = tcp_segment({1, client}, flags, seq, ack, length);
    s.ipv6 = true;
    s.time = stamp_ns(1'000'000'000) + now_;
    s.frame = ++frame_;
    SegmentFacts facts;
    facts.start(0, 0, client ? Dir::c2s : Dir::s2c);
    engine_.advance(connection_, s, facts);
    return facts;
  }

  void data(std::size_t begin, std::size_t end) {
    log_.push_back("data " + std::to_string(begin) + "-" + std::to_string(end));
    put(true, kAck, isn_ + static_cast<std::uint32_t>(begin), kServer + 1,
        static_cast<std::uint32_t>(end - begin));
    oracle_.sent(begin, end, now_);
    check();
  }

  void acknowledge(std::size_t ack) {
    log_.push_back("ack " + std::to_string(ack));
    const auto facts = put(false, kAck, kServer + 1,
                           isn_ + static_cast<std::uint32_t>(ack), 0);
    const auto expected = oracle_.acknowledged(ack, now_);
    ASSERT_EQ(facts.rtt_count, expected.has_value() ? 1 : 0);
    if (expected) {
      EXPECT_EQ(facts.rtt[0].rtt, *expected);
      EXPECT_EQ(facts.rtt[0].half, Dir::c2s);
    }
    check();
  }

  void check() {
    const Sender& client = connection_.of(Dir::c2s);
    const ExtSeq origin = client.snd_max - static_cast<ExtSeq>(oracle_.max);
    if (origin_ == 0) origin_ = origin;
    EXPECT_EQ(origin, origin_)
        << "snd_max is " << client.snd_max - origin_ << ", not " << oracle_.max;
    EXPECT_EQ(client.snd_una - origin, static_cast<ExtSeq>(oracle_.una));
    EXPECT_EQ(client.bytes, oracle_.bytes);
    EXPECT_EQ(broken_invariant(connection_), "");
  }

  void step() {
    const std::size_t length = 2 + pick(kLargest - 2);
    switch (pick(8)) {
      case 0:  // lost before the capture point
        next_ += length;
        return;
      case 1:
      case 2:
        data(next_, next_ + length);
        next_ += length;
        return;
      case 3: {  // any old octets again, or late, or for the first time
        if (next_ == 1) return;
        const std::size_t begin = 1 + pick(static_cast<std::uint32_t>(next_));
        // An octet at the right edge would be a keepalive.
        if (begin + 1 >= next_) return;
        data(begin, std::min(begin + length, next_));
        return;
      }
      case 4: {  // old octets and new ones
        const std::size_t back = std::min<std::size_t>(next_ - 1, pick(2000));
        data(next_ - back, next_ + length);
        next_ += length;
        return;
      }
      case 5:  // everything
        acknowledge(next_);
        return;
      default:  // something, old or new, at any octet
        acknowledge(1 + pick(static_cast<std::uint32_t>(next_)));
        return;
    }
  }

  std::mt19937 random_;
  FlowCounters counters_;
  TcpEngine engine_{counters_, 1u << 20};
  Connection connection_;
  std::uint32_t isn_;
  Oracle oracle_;
  std::size_t next_ = 1;
  Nanos now_{0};
  std::uint64_t frame_ = 0;
  ExtSeq origin_ = 0;
  std::vector<std::string> log_;
};

TEST(Oracle, EveryOctetOfRandomExchanges) {
  for (std::uint32_t seed = 1; seed <= 2000; ++seed) {
    RandomExchange exchange(seed);
    exchange.play();
    if (HasFailure()) {
      ADD_FAILURE() << "seed " << seed;
      return;
    }
  }
}

}  // namespace
}  // namespace netlat::test
