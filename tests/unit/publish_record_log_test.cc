// Readers at their own pace, and what each is told of what it missed.

#include "netlat/publish/record_log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include <random>
#include <string>
#include <vector>

#include "netlat/publish/frame_pipe.h"

namespace netlat {
namespace {

struct Pipe {
  Pipe() {
    EXPECT_EQ(pipe2(ends, O_NONBLOCK), 0);
    (void)fcntl(ends[1], F_SETPIPE_SZ, 4096);
  }
  ~Pipe() {
    close(ends[0]);
    if (ends[1] >= 0) close(ends[1]);
  }
  std::string take(std::size_t most) {
    std::string out(most, '\0');
    const ssize_t n = read(ends[0], out.data(), most);
    out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return out;
  }
  int ends[2] = {-1, -1};
};

std::string gone(std::uint64_t n) {
  return "lost " + std::to_string(n) + "\n";
}

// Whatever the pace: each line once and in order, or counted as lost.
TEST(RecordLog, EveryLineIsReadOrCounted) {
  std::mt19937 random(11);
  for (int round = 0; round < 20; ++round) {
    RecordLog log(2000);
    Pipe pipe;
    LogReader reader(pipe.ends[1], 0, gone);
    std::string got;
    std::uint64_t made = 0;
    for (int step = 0; step < 400; ++step) {
      for (auto n = random() % 40; n > 0; --n) {
        log.append(std::to_string(made++) + std::string(random() % 50, 'x') +
                   "\n");
      }
      EXPECT_LE(log.octets(), 2000U);
      reader.pump(log);
      if (random() % 3 == 0) got += pipe.take(random() % 5000 + 1);
    }
    while (reader.waiting(log)) {
      reader.pump(log);
      got += pipe.take(100'000);
    }
    got += pipe.take(100'000);
    std::uint64_t next = 0, lost = 0;
    for (std::size_t at = 0; at < got.size();) {
      const std::size_t end = got.find('\n', at);
      ASSERT_NE(end, got.npos);
      const std::string line = got.substr(at, end - at);
      at = end + 1;
      if (line.starts_with("lost ")) {
        const std::uint64_t n = std::stoull(line.substr(5));
        EXPECT_GT(n, 0U);
        lost += n;
        next += n;
      } else {
        EXPECT_EQ(std::stoull(line), next) << line;
        ++next;
      }
    }
    EXPECT_EQ(next, made);
    EXPECT_EQ(reader.lost(log), lost);
    EXPECT_GT(lost, 0U);
  }
}

TEST(RecordLog, AReaderThatLeftIsNoFailure) {
  (void)signal(SIGPIPE, SIG_IGN);
  RecordLog log;
  Pipe pipe;
  LogReader reader(pipe.ends[1], 0, gone);
  close(pipe.ends[0]);
  pipe.ends[0] = -1;
  log.append("x\n");
  reader.pump(log);
  EXPECT_TRUE(reader.ended());
  EXPECT_EQ(reader.failure(), 0);
}

TEST(FramePipe, FramesArriveWholeAndInOrderOrAreRefused) {
  std::mt19937 random(12);
  Pipe pipe;
  FrameSender sender(pipe.ends[1], 30'000);
  FrameReceiver receiver(pipe.ends[0]);
  std::vector<std::string> sent, got;
  std::uint64_t refused = 0;
  const auto take = [&] {
    EXPECT_TRUE(receiver.fill());
    while (const auto frame = receiver.next()) {
      EXPECT_EQ(frame->kind, FrameKind::record);
      got.emplace_back(frame->content);
    }
  };
  for (int i = 0; i < 3000; ++i) {
    const std::string content(random() % 3000, static_cast<char>(random()));
    if (sender.send(FrameKind::record, content)) {
      sent.push_back(content);
    } else {
      ++refused;
    }
    EXPECT_LE(sender.pending(), 30'000U);
    if (random() % 2 == 0) sender.flush();
    if (random() % 4 == 0) take();
  }
  while (sender.pending() > 0) {
    sender.flush();
    take();
  }
  take();
  EXPECT_EQ(got, sent);
  EXPECT_GT(refused, 0U);
  EXPECT_EQ(sender.refused(), refused);
}

TEST(FramePipe, WhatIsNoFrameEndsIt) {
  Pipe pipe;
  FrameReceiver receiver(pipe.ends[0]);
  EXPECT_EQ(write(pipe.ends[1], "\x01\0\0\0\xffzz", 7), 7);
  EXPECT_TRUE(receiver.fill());
  EXPECT_FALSE(receiver.next());
  EXPECT_EQ(write(pipe.ends[1], "x", 1), 1);
  EXPECT_FALSE(receiver.fill());
}

}  // namespace
}  // namespace netlat
