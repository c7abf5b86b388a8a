// The parts of the live source that need no interface.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "lib/source/live_channel.h"
#include "lib/source/live_filter.h"
#include "lib/source/live_ring.h"

namespace netlat {
namespace {

TEST(LiveRing, PutsTheTagBackBeforeTheType) {
  std::vector<std::uint8_t> room(4 + 16);
  for (std::uint8_t i = 0; i < 16; ++i) room[4U + i] = i;
  const std::uint8_t* frame = put_tag_back(room.data() + 4, 0x8100, 0x0123);
  const std::vector<std::uint8_t> wanted = {0,    1,    2,  3,  4,  5,    6,
                                            7,    8,    9,  10, 11, 0x81, 0,
                                            0x01, 0x23, 12, 13, 14, 15};
  EXPECT_EQ(std::vector<std::uint8_t>(frame, frame + 20), wanted);
}

TEST(LiveFilter, NamesWhatIsWrong) {
  const auto filter = live_filter("prot 80", 256);
  ASSERT_FALSE(filter);
  EXPECT_EQ(filter.error().kind, ErrorKind::usage);
  EXPECT_EQ(filter.error().message.rfind("filter 'prot 80': ", 0), 0U);
}

TEST(LiveFilter, LeavesVlansForLater) {
  for (const char* with : {"vlan", "vlan 7 and tcp", "(vlan)"}) {
    const auto filter = live_filter(with, 256);
    ASSERT_TRUE(filter) << with;
    EXPECT_TRUE(filter->vlan) << with;
    EXPECT_EQ(filter->program.back().k, 256U);
  }
  const auto without = live_filter("tcp port 80", 256);
  ASSERT_TRUE(without);
  EXPECT_FALSE(without->vlan);
}

class Channel : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
  }
  void TearDown() override {
    close(ends[0]);
    close(ends[1]);
  }
  int ends[2];
};

TEST_F(Channel, CarriesRequestsWhole) {
  OpenRequest sent;
  std::strcpy(sent.name.data(), "eth0");
  sent.instructions = 2;
  sent.filter[1].k = 7;
  ASSERT_TRUE(send_request(ends[0], sent));
  OpenRequest received;
  ASSERT_TRUE(receive_request(ends[1], received));
  EXPECT_EQ(std::memcmp(&sent, &received, sizeof sent), 0);
}

TEST_F(Channel, RefusesWhatIsNoRequest) {
  OpenRequest request, received;
  struct Row {
    const char* name;
    std::size_t size;
    std::uint32_t instructions;
    char last_of_name;
  };
  for (const Row& row :
       {Row{"short", sizeof request - 1, 0, 0}, Row{"one octet", 1, 0, 0},
        Row{"too many instructions", sizeof request, 4097, 0},
        Row{"endless name", sizeof request, 0, 'x'}}) {
    request.instructions = row.instructions;
    request.name.back() = row.last_of_name;
    ASSERT_EQ(send(ends[0], &request, row.size, 0),
              static_cast<ssize_t>(row.size));
    EXPECT_FALSE(receive_request(ends[1], received)) << row.name;
  }
  shutdown(ends[0], SHUT_WR);
  EXPECT_FALSE(receive_request(ends[1], received));
}

TEST_F(Channel, PassesDescriptorsWithAReply) {
  OpenReply reply;
  reply.ifindex = 3;
  for (const std::size_t count : {std::size_t{1}, kMostThreads}) {
    const std::vector<int> sent(count, ends[0]);
    ASSERT_TRUE(send_reply(ends[0], reply, sent));
    const auto received = receive_reply(ends[1]);
    ASSERT_TRUE(received);
    EXPECT_EQ(received->reply.ifindex, 3U);
    ASSERT_EQ(received->count, count);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_GE(received->fds[i], 0);
      EXPECT_NE(received->fds[i], ends[0]);
      close(received->fds[i]);
    }
  }
}

TEST_F(Channel, RefusesMoreThreadsThanFitAMessage) {
  OpenRequest request, received;
  for (const std::uint32_t threads :
       {std::uint32_t{0}, std::uint32_t{kMostThreads + 1}}) {
    request.threads = threads;
    ASSERT_TRUE(send_request(ends[0], request));
    EXPECT_FALSE(receive_request(ends[1], received)) << threads;
  }
}

}  // namespace
}  // namespace netlat
