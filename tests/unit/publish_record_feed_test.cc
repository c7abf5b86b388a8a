// What readers of the socket may write, and what becomes of who writes else.

#include "netlat/publish/record_feed.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "netlat/publish/feed_client.h"

namespace netlat {
namespace {

class Feed : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/netlat-feed-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    directory_ = name;
    auto feed = RecordFeed::listen(directory_ + "/socket");
    ASSERT_TRUE(feed);
    feed_.emplace(std::move(*feed));
    feed_->set_hello("hello\n");
    log_.append("a record\n");
  }
  void TearDown() override {
    if (feed_) feed_->remove();
    (void)rmdir(directory_.c_str());
  }

  int attach() {
    const auto feed = attach_to_feed(directory_ + "/socket");
    EXPECT_TRUE(feed);
    feed_->serve(log_);
    return feed->fd;
  }
  // As often as the publisher would be woken, and then some.
  void serve(int times = 40) {
    for (int i = 0; i < times; ++i) feed_->serve(log_);
  }
  // Whether a descriptor of a reader would wake the publisher.
  bool wakes() const {
    std::vector<pollfd> polls;
    feed_->add_polls(log_, polls);
    return poll(polls.data(), polls.size(), 0) > 0;
  }
  static bool closed(int fd) {
    char piece[4096];
    ssize_t n = 0;
    while ((n = recv(fd, piece, sizeof piece, MSG_DONTWAIT)) > 0) {
    }
    return n == 0 || errno != EAGAIN;
  }
  static std::size_t put(int fd, std::string_view octets) {
    const ssize_t n =
        send(fd, octets.data(), octets.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return n > 0 ? static_cast<std::size_t>(n) : 0;
  }

  std::string directory_;
  RecordLog log_;
  std::optional<RecordFeed> feed_;
};

struct Row {
  const char* name;
  std::vector<std::string> pieces;
  bool asks, stays;
};

TEST_F(Feed, OneLineAsksAndAllElseIsLetGo) {
  using namespace std::string_literals;
  const Row rows[] = {
      {"nothing", {}, false, true},
      {"the line", {"record\n"}, true, true},
      {"in pieces", {"re", "cor", "d", "\n"}, true, true},
      {"not finished", {"record"}, false, true},
      {"another word", {"stop\n"}, false, false},
      {"an empty line", {"\n"}, false, false},
      {"more words", {"record all\n"}, false, false},
      {"capitals", {"RECORD\n"}, false, false},
      {"as on another system", {"record\r\n"}, false, false},
      {"a NUL", {"record\0\n"s}, false, false},
      {"a scrape", {"GET /metrics HTTP/1.1\r\n\r\n"}, false, false},
      {"goes on wrongly", {"record\nno\n"}, true, true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const int fd = attach();
    for (const std::string& piece : row.pieces) {
      (void)put(fd, piece);
      serve();
    }
    EXPECT_EQ(feed_->take_request(), row.asks);
    EXPECT_FALSE(feed_->take_request()) << "one request counts twice";
    EXPECT_EQ(feed_->readers(), row.stays ? 1U : 0U);
    EXPECT_EQ(closed(fd), !row.stays);
    close(fd);
    serve();
    EXPECT_EQ(feed_->readers(), 0U);
  }
}

TEST_F(Feed, AReaderAsksOnceASecond) {
  const int fd = attach();
  std::string many;
  for (int i = 0; i < 1000; ++i) many += kRecordRequest;
  (void)put(fd, many);
  for (int second = 0; second < 20; ++second) {
    int asked = 0;
    for (int i = 0; i < 50; ++i) {
      serve(1);
      asked += feed_->take_request() ? 1 : 0;
    }
    EXPECT_EQ(asked, 1) << second;
    EXPECT_FALSE(wakes()) << "what waits keeps the publisher awake";
    feed_->tick(log_);
  }
  close(fd);
}

// Others are served meanwhile, and nothing of it is kept.
TEST_F(Feed, MegabytesCostNothing) {
  for (const std::string& flood :
       {std::string(1 << 20, 'x'), "record\n" + std::string(1 << 20, 'x'),
        std::string(1 << 20, '\n')}) {
    const int bad = attach(), good = attach();
    std::size_t written = 0;
    for (int second = 0; second < 5; ++second) {
      for (int i = 0; i < 20; ++i) {
        written += put(bad, flood);
        serve(1);
      }
      feed_->tick(log_);
    }
    EXPECT_LT(written, std::size_t{1} << 20) << "all of it was read";
    EXPECT_FALSE(closed(good));
    EXPECT_EQ(feed_->readers(), 1U);
    EXPECT_TRUE(closed(bad));
    EXPECT_FALSE(wakes());
    (void)feed_->take_request();
    close(bad);
    close(good);
    serve();
  }
}

// A reader that has no more to say goes on reading.
TEST_F(Feed, WhoClosesOneWayIsServed) {
  const int fd = attach();
  (void)put(fd, kRecordRequest);
  shutdown(fd, SHUT_WR);
  serve();
  feed_->tick(log_);
  serve();
  EXPECT_TRUE(feed_->take_request());
  EXPECT_FALSE(wakes()) << "its end is read again and again";
  EXPECT_EQ(feed_->readers(), 1U);
  log_.append("another\n");
  serve();
  char piece[100] = {};
  const ssize_t n = recv(fd, piece, sizeof piece, MSG_DONTWAIT);
  EXPECT_EQ(std::string(piece, static_cast<std::size_t>(n)),
            "hello\na record\nanother\n");
  close(fd);
}

// Whatever is written and however it is cut: asked for as often as there are
// lines before the first octet that belongs to none.
TEST_F(Feed, AnyCutOfAnyOctets) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    std::string said;
    for (auto n = random() % 4; n > 0; --n) said += kRecordRequest;
    const std::size_t good = said.size() / kRecordRequest.size();
    const bool bad = random() % 2 == 0;
    if (bad) said += "recor\n";
    const int fd = attach();
    std::size_t asked = 0;
    for (std::size_t at = 0; at < said.size();) {
      const std::size_t n = 1 + random() % 9;
      (void)put(fd, std::string_view(said).substr(at, n));
      at += n;
      serve(static_cast<int>(random() % 3));
      if (feed_->take_request()) ++asked;
      feed_->tick(log_);
    }
    for (int second = 0; second < 8; ++second) {
      serve();
      if (feed_->take_request()) ++asked;
      feed_->tick(log_);
    }
    EXPECT_EQ(asked, good) << said;
    EXPECT_EQ(feed_->readers(), bad ? 0U : 1U) << said;
    close(fd);
    serve();
  }
}

TEST(FeedClient, SaysWhyNobodyAnswers) {
  const auto none = attach_to_feed("/tmp/there is no such socket");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::input);
  EXPECT_NE(none.error().message.find("is there a netlat capture"),
            std::string::npos);
  const auto longer = attach_to_feed(std::string(200, 'x'));
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace netlat
