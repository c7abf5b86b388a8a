// The table as a whole: memory, eviction, accounting, and a model of it.

#include "netlat/flow/flow_table.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <random>
#include <tuple>
#include <vector>

#include "tests/support/segments.h"

namespace netlat::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kIsn = 1000, kServerIsn = 5000;

/// Octets this process holds from malloc and its like.
std::size_t heap() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

void open_connection(TableRun& run, std::uint32_t client) {
  run.put(tcp_segment({client, true}, kSyn, kIsn));
  run.put(tcp_segment({client, false}, kSyn | kAck, kServerIsn, kIsn + 1));
  run.put(tcp_segment({client, true}, kAck, kIsn + 1, kServerIsn + 1));
}

TEST(FlowTableMemory, AMillionAttempts) {
  const std::size_t before = heap();
  constexpr std::uint32_t kAttempts = 1'000'000;
  std::uint64_t reported = 0;
  std::uint64_t ids = 0;  // their sum
  {
    struct Counting : FlowListener {
      std::uint64_t &reported, &ids;
      Counting(std::uint64_t& r, std::uint64_t& i) : reported(r), ids(i) {}
      void finished(const Connection&, std::uint32_t) override {
        ADD_FAILURE() << "nothing was answered";
      }
      void unanswered(const HalfOpen& attempt, const SynRetry*) override {
        ++reported;
        ids += attempt.id;
      }
    } listener(reported, ids);
    FlowTable table(FlowLimits{}, listener);
    std::size_t most = 0;
    std::vector<Segment> batch;
    std::array<SegmentFacts, kBatch> facts;
    for (std::uint32_t i = 0; i < kAttempts; ++i) {
      batch.push_back(tcp_segment({i, true}, kSyn, i));
      batch.back().time = stamp_ns(std::int64_t{i} * 1000);
      batch.back().frame = i + 1;
      if (batch.size() < kBatch && i + 1 < kAttempts) continue;
      table.advance(batch, facts);
      batch.clear();
      most = std::max(most, heap() - before);
      ASSERT_LE(table.memory_bytes(), table.memory_limit());
    }
    EXPECT_LE(most, table.memory_limit());
    EXPECT_EQ(table.counters().connections, kAttempts);
    EXPECT_EQ(table.counters().half_open_evicted, reported);
    EXPECT_GT(reported, 0u);
    EXPECT_EQ(table.counters().evicted, 0u);
    table.finish();
    EXPECT_EQ(table.counters().half_open + table.counters().half_open_evicted,
              kAttempts);
  }
  EXPECT_EQ(reported, kAttempts);
  EXPECT_EQ(ids, std::uint64_t{kAttempts} * (kAttempts - 1) / 2);
}

TEST(FlowTableMemory, TheOldestAttemptGivesWay) {
  FlowLimits limits;
  limits.memory = limits.memory_ceiling = 64 * 1024;  // about 200 attempts
  TableRun run(limits);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    run.put(tcp_segment({i, true}, kSyn, kIsn));
    // The one just made is there to be answered.
    ASSERT_TRUE(run.reports().empty() || run.reports().back().id != i);
    if (i < 100) continue;
    ASSERT_TRUE(run.reports().empty() || run.reports().back().id < i - 100);
  }
  EXPECT_GT(run.reports().size(), 700u);
  EXPECT_TRUE(
      std::is_sorted(run.reports().begin(), run.reports().end(),
                     [](const auto& a, const auto& b) { return a.id < b.id; }));
  const auto facts =
      run.put(tcp_segment({999, false}, kSyn | kAck, kServerIsn, kIsn + 1));
  EXPECT_EQ(facts.flow_id, 999u);
  EXPECT_EQ(facts.dir, Dir::s2c);
}

TEST(FlowTableMemory, AttemptsNeverPushOutAConnection) {
  FlowLimits limits;
  limits.memory = limits.memory_ceiling = 2u << 20;
  TableRun run(limits);
  for (std::uint32_t i = 0; i < 1000; ++i) open_connection(run, i);
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    run.put(tcp_segment({1000 + i, true}, kSyn, kIsn));
  }
  EXPECT_EQ(run.table().counters().evicted, 0u);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const auto facts =
        run.put(tcp_segment({i, true}, kAck, kIsn + 1, kServerIsn + 1, 10));
    ASSERT_EQ(facts.flow_id, i);
  }
}

TEST(FlowTableMemory, OutstandingBytesAreWithinTheLimitToo) {
  // Data that nobody acknowledges is remembered range by range, holes and
  // repeats as well.
  const std::size_t before = heap();
  FlowLimits limits;
  limits.memory = limits.memory_ceiling = 8u << 20;
  TableRun run(limits);
  constexpr std::uint32_t kConnections = 300;
  for (std::uint32_t i = 0; i < kConnections; ++i) open_connection(run, i);
  std::size_t most = 0;
  for (std::uint32_t k = 0; k < 4096; ++k) {
    for (std::uint32_t i = 0; i < kConnections; ++i) {
      run.put(
          tcp_segment({i, true}, kAck, kIsn + 1 + 2 * k, kServerIsn + 1, 1));
    }
    most = std::max(most, heap() - before);
  }
  EXPECT_LE(most, limits.memory);
  EXPECT_LE(run.table().memory_bytes(), limits.memory);
}

TEST(FlowTableMemory, RecoversAfterABurstOfRanges) {
  // Once the data is acknowledged there is room for connections again.
  FlowLimits limits;
  limits.memory = limits.memory_ceiling = 8u << 20;
  TableRun run(limits);
  for (std::uint32_t i = 0; i < 100; ++i) {
    open_connection(run, i);
    for (std::uint32_t k = 0; k < 2000; ++k) {
      run.put(tcp_segment({i, true}, kAck, kIsn + 1 + k, kServerIsn + 1, 1));
    }
  }
  for (std::uint32_t i = 0; i < 100; ++i) {
    run.put(tcp_segment({i, false}, kAck, kServerIsn + 1, kIsn + 2001));
  }
  for (std::uint32_t i = 200; i < 1200; ++i) open_connection(run, i);
  std::size_t kept = 0;
  for (std::uint32_t i = 200; i < 1200; ++i) {
    const auto facts =
        run.put(tcp_segment({i, true}, kAck, kIsn + 1, kServerIsn + 1, 10));
    kept += facts.relative_seq == 1 && facts.dir == Dir::c2s &&
            facts.flow_id >= 100 && facts.flow_id < 1100;
  }
  EXPECT_EQ(kept, 1000u);
}

TEST(FlowTableMemory, ClosedAndUnusedConnectionsGoFirst) {
  FlowLimits limits;
  limits.memory = limits.memory_ceiling = 256 * 1024;
  TableRun run(limits);
  // Not the first: where everything was used since the hand's last round, the
  // first it meets goes.
  constexpr std::uint32_t kBusy = 5;
  for (std::uint32_t i = 0; i < 5000; ++i) {
    open_connection(run, i);
    if (i < kBusy) continue;
    const auto facts =
        run.put(tcp_segment({kBusy, true}, kAck, kIsn + 1, kServerIsn + 1));
    ASSERT_EQ(facts.flow_id, kBusy) << "in use all the time, after " << i;
  }
  EXPECT_GT(run.table().counters().evicted, 4000u);
  run.finish();
  EXPECT_EQ(run.reports().size(), run.table().counters().connections);
}

TEST(FlowTable, ReportsInOrderOfFirstPacketAtTheEnd) {
  TableRun run;
  for (std::uint32_t i = 0; i < 100; ++i) {
    if (i % 3 == 0) {
      run.put(tcp_segment({i, true}, kSyn, kIsn));
    } else {
      open_connection(run, i);
    }
  }
  run.finish();
  ASSERT_EQ(run.reports().size(), 100u);
  for (std::uint32_t i = 0; i < 100; ++i) {
    EXPECT_EQ(run.reports()[i].id, i);
    EXPECT_EQ(run.reports()[i].answered, i % 3 != 0);
  }
  EXPECT_EQ(run.table().size(), 0u);
  // And it can be used again.
  open_connection(run, 7);
  run.finish();
  EXPECT_EQ(run.reports().back().id, 100u);
}

TEST(FlowTable, OtherPacketsBelongToNoConnection) {
  TableRun run;
  Segment s = tcp_segment({1, true}, 0, 0);
  s.transport = Transport::udp;
  EXPECT_EQ(run.put(s).connection, SegmentFacts::kNoConnection);
  EXPECT_EQ(run.table().counters().connections, 0u);
}

TEST(FlowTable, TunnelsAndVantagesKeepEqualAddressesApart) {
  TableRun run;
  Segment plain = tcp_segment({1, true}, kAck, kIsn, kServerIsn, 10);
  Segment tunnelled = plain;
  tunnelled.encap_count = 1;
  tunnelled.encap[0] = {EncapKind::vxlan, 42};
  Segment other = tunnelled;
  other.encap[0].id = 43;
  Segment elsewhere = plain;
  elsewhere.vantage = 1;
  EXPECT_EQ(run.put(plain).flow_id, 0u);
  EXPECT_EQ(run.put(tunnelled).flow_id, 1u);
  EXPECT_EQ(run.put(other).flow_id, 2u);
  EXPECT_EQ(run.put(elsewhere).flow_id, 3u);
  EXPECT_EQ(run.put(tunnelled).flow_id, 1u);
  EXPECT_EQ(run.table().scopes().at(1).encap[0].id, 42u);

  FlowLimits limits;
  limits.ignore_tunnels = true;
  TableRun merged(limits);
  EXPECT_EQ(merged.put(tunnelled).flow_id, 0u);
  EXPECT_EQ(merged.put(other).flow_id, 0u);
}

/// Random opens, data, closes and reuse over few clients and little memory,
/// against a map of who must be in the table.
class Model {
 public:
  explicit Model(std::uint32_t seed, std::size_t memory) : random_(seed) {
    FlowLimits limits;
    limits.memory = limits.memory_ceiling = memory;
    run_.emplace(limits);
    run_->on_report = [this](const TableRun::Report& r) { gone(r); };
  }

  void play(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      if (::testing::Test::HasFatalFailure()) return;
    }
    run_->finish();
    const FlowCounters& counters = run_->table().counters();
    EXPECT_TRUE(live_.empty());
    EXPECT_EQ(reported_.size(), counters.connections);
    EXPECT_EQ(run_->table().size(), 0u);
    EXPECT_EQ(evicted_, counters.evicted);
  }

  const std::vector<TableRun::Report>& reports() { return run_->reports(); }

 private:
  struct Live {
    std::uint32_t id, isn;
    bool full, closed;
  };

  std::uint32_t pick(std::uint32_t n) {
    return static_cast<std::uint32_t>(random_() % n);
  }

  void gone(const TableRun::Report& r) {
    EXPECT_TRUE(reported_.emplace(r.id, true).second) << "twice: " << r.id;
    evicted_ += r.evicted;
    std::erase_if(live_, [&](const auto& e) { return e.second.id == r.id; });
  }

  void expect_id(const SegmentFacts& facts, std::uint32_t client, bool fresh) {
    const auto known = live_.find(client);
    if (!fresh && known != live_.end()) {
      ASSERT_EQ(facts.flow_id, known->second.id);
    } else {
      ASSERT_EQ(facts.flow_id + 1, run_->table().counters().connections);
    }
  }

  void step() {
    const std::uint32_t client = pick(400);
    const auto known = live_.find(client);
    const bool present = known != live_.end();
    Live now = present ? known->second : Live{0, 0, false, false};
    switch (pick(6)) {
      case 0: {  // a SYN, with a number of its own
        const std::uint32_t isn = pick(0xffff'ffff);
        const auto facts = run_->put(tcp_segment({client, true}, kSyn, isn));
        ASSERT_NO_FATAL_FAILURE(expect_id(facts, client, true));
        const bool full = facts.connection != SegmentFacts::kNoConnection;
        live_[client] = {facts.flow_id, isn, full, false};
        return;
      }
      case 1:
      case 2: {  // an answer
        if (!present || now.full) return;
        const auto facts = run_->put(
            tcp_segment({client, false}, kSyn | kAck, kServerIsn, now.isn + 1));
        ASSERT_NO_FATAL_FAILURE(expect_id(facts, client, false));
        live_[client] = {facts.flow_id, now.isn, true, false};
        return;
      }
      case 5:  // a reset
        if (present && !now.closed) {
          const auto facts =
              run_->put(tcp_segment({client, true}, kRst | kAck, now.isn + 1));
          ASSERT_NO_FATAL_FAILURE(expect_id(facts, client, false));
          live_[client] = {facts.flow_id, now.isn, true, true};
          return;
        }
        [[fallthrough]];
      default: {  // data
        const auto facts = run_->put(
            tcp_segment({client, true}, kAck, now.isn + 1, kServerIsn + 1, 10));
        ASSERT_NO_FATAL_FAILURE(expect_id(facts, client, false));
        live_[client] = {facts.flow_id, now.isn, true, now.closed};
        return;
      }
    }
  }

  std::mt19937 random_;
  std::optional<TableRun> run_;
  std::map<std::uint32_t, Live> live_;
  std::map<std::uint32_t, bool> reported_;
  std::uint64_t evicted_ = 0;
};

TEST(FlowTableModel, AgreesWithAMap) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    // From room for a handful to room for all.
    const std::size_t memory = std::size_t{4096} << (seed % 8);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", memory " +
                 std::to_string(memory));
    Model model(seed, memory);
    model.play(20'000);
    if (HasFatalFailure()) return;
  }
}

TEST(FlowTableModel, SameInputSameReports) {
  // The hash is keyed with a secret of each run; nothing may depend on it.
  const auto play = [] {
    Model model(99, 64 * 1024);
    model.play(20'000);
    std::vector<std::tuple<std::uint32_t, bool, bool, bool>> result;
    for (const auto& r : model.reports()) {
      result.emplace_back(r.id, r.answered, r.evicted, r.reused);
    }
    return result;
  };
  EXPECT_EQ(play(), play());
}

}  // namespace
}  // namespace netlat::test
