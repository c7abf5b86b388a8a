// Connections that are reported while the capture goes on.

#include <gtest/gtest.h>

#include "tests/support/segments.h"

namespace netlat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::tcp_segment;
constexpr Stamp kStart = stamp_ns(1'700'000'000'000'000'000);
constexpr std::size_t kAll = 1'000'000;

void set_up(test::TableRun& run, std::uint32_t client) {
  run.put(tcp_segment({client}, kSyn, 100));
  run.put(tcp_segment({client, false}, kSyn | kAck, 500, 101));
  run.put(tcp_segment({client}, kAck, 101, 501));
}
void close(test::TableRun& run, std::uint32_t client) {
  run.put(tcp_segment({client}, kFin | kAck, 101, 501));
  run.put(tcp_segment({client, false}, kFin | kAck, 501, 102));
}

TEST(FlowExpiry, ClosedConnectionsLeaveAfterAWhile) {
  test::TableRun run;
  set_up(run, 1);
  set_up(run, 2);
  close(run, 1);
  run.table().expire(kStart + seconds(3), kAll);
  EXPECT_TRUE(run.reports().empty());
  run.table().expire(kStart + seconds(5), kAll);
  ASSERT_EQ(run.reports().size(), 1U);
  EXPECT_EQ(run.reports()[0].end, FlowEnd::fin);
  EXPECT_EQ(run.table().size(), 1U);
}

TEST(FlowExpiry, SilentConnectionsLeaveAsIdle) {
  test::TableRun run;
  set_up(run, 1);
  run.table().expire(kStart + seconds(299), kAll);
  EXPECT_TRUE(run.reports().empty());
  run.table().expire(kStart + seconds(301), kAll);
  ASSERT_EQ(run.reports().size(), 1U);
  EXPECT_EQ(run.reports()[0].end, FlowEnd::idle);
  EXPECT_EQ(run.table().counters().idle_splits, 1U);
}

TEST(FlowExpiry, WhatIsReusedAfterwardsIsANewConnection) {
  test::TableRun run;
  set_up(run, 1);
  close(run, 1);
  run.table().expire(kStart + seconds(5), kAll);
  set_up(run, 1);
  run.finish();
  ASSERT_EQ(run.reports().size(), 2U);
  EXPECT_NE(run.reports()[0].id, run.reports()[1].id);
}

TEST(FlowExpiry, SynsLeaveWhenTheNextRetryIsOverdue) {
  struct Row {
    const char* name;
    int retries;  // at 1, 3, 7... seconds after the first
    seconds kept, gone;
  };
  for (const Row& row : {Row{"one", 0, seconds(3), seconds(5)},
                         Row{"retried at 1", 1, seconds(6), seconds(8)},
                         Row{"retried at 3", 2, seconds(11), seconds(13)}}) {
    test::TableRun run;
    run.put(tcp_segment({1}, kSyn, 100));
    for (int i = 0; i < row.retries; ++i) {
      Segment again = tcp_segment({1}, kSyn, 100);
      again.has_ip_id = true;
      again.ip_id = static_cast<std::uint16_t>(i + 1);
      run.put(again, seconds(1 << i));
    }
    run.table().expire(kStart + row.kept, kAll);
    EXPECT_TRUE(run.reports().empty()) << row.name;
    run.table().expire(kStart + row.gone, kAll);
    ASSERT_EQ(run.reports().size(), 1U) << row.name;
    EXPECT_FALSE(run.reports()[0].answered);
  }
}

TEST(FlowExpiry, LooksAtAFewAtATimeAndAtAllInTurn) {
  test::TableRun run;
  for (std::uint32_t i = 0; i < 100; ++i) {
    set_up(run, i);
    close(run, i);
  }
  for (std::size_t calls = 1; calls <= 10; ++calls) {
    run.table().expire(kStart + seconds(60), 10);
    EXPECT_EQ(run.reports().size(), 10 * calls);
  }
}

}  // namespace
}  // namespace netlat
