// Connections upon connections out of an interface, at a speed: what a capture
// at the other end of a veth has to keep up with.
//
// usage: load_sender INTERFACE FIRST FLOWS PACKETS_PER_SECOND [syns]
//
// Each of FLOWS connections, numbered from FIRST, is set up, has two requests
// of 120 octets answered with 1,400 and 600, and is closed: 13 packets.  At any
// time kOpen of them are under way, one packet of each after the other, so that
// no two packets that follow each other are of one connection.  With "syns"
// there is no more than the first packet of each.  Prints how many packets were
// sent and how many a second.

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>
#include <thread>

#include "tests/bench/made_frames.h"

namespace {

using netlat::bench::MadeFrame;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kOpen = 20'000;
constexpr std::size_t kBatch = 64;

struct Step {
  bool from_client;
  std::uint8_t flags;
  std::uint16_t payload;
  // What each side has sent and what it has acknowledged, before this packet.
  std::uint32_t seq, ack;
  std::uint16_t ip_id;
};

constexpr std::uint8_t kFin = 1, kSyn = 2, kPush = 8, kAck = 16;
constexpr std::array kSteps = {
    Step{true, kSyn, 0, 0, 0, 1},
    Step{false, kSyn | kAck, 0, 0, 1, 1},
    Step{true, kAck, 0, 1, 1, 2},
    Step{true, kAck | kPush, 120, 1, 1, 3},
    Step{false, kAck, 0, 1, 121, 2},
    Step{false, kAck | kPush, 1400, 1, 121, 3},
    Step{true, kAck, 0, 121, 1401, 4},
    Step{true, kAck | kPush, 120, 121, 1401, 5},
    Step{false, kAck | kPush, 600, 1401, 241, 4},
    Step{true, kAck, 0, 241, 2001, 6},
    Step{true, kAck | kFin, 0, 241, 2001, 7},
    Step{false, kAck | kFin, 0, 2001, 242, 5},
    Step{true, kAck, 0, 242, 2002, 8},
};

void put(std::uint32_t flow, const Step& step, MadeFrame& frame) {
  // Any starting numbers will do; these are far apart.
  const std::uint32_t client = flow * 0x9e37'79b9U, server = ~client;
  netlat::bench::TcpNumbers tcp;
  tcp.flags = step.flags;
  tcp.seq = (step.from_client ? client : server) + step.seq;
  const bool acks = (step.flags & kAck) != 0;
  tcp.ack = acks ? (step.from_client ? server : client) + step.ack : 0;
  tcp.payload = step.payload;
  tcp.ip_id = step.ip_id;
  frame.set({flow, step.from_client, false}, tcp);
}

class Sender {
 public:
  Sender(int fd, double rate) : fd_(fd), rate_(rate), began_(Clock::now()) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      // The payload is the same zeros for all.
      pieces_[2 * i + 1].iov_base = payload_.data();
      messages_[i].msg_hdr.msg_iov = &pieces_[2 * i];
      messages_[i].msg_hdr.msg_iovlen = 2;
    }
  }

  void send(std::uint32_t flow, const Step& step) {
    MadeFrame& frame = frames_[filled_];
    put(flow, step, frame);
    iovec* const piece = &pieces_[2 * filled_];
    piece[0] = {const_cast<std::uint8_t*>(frame.data().data()),
                frame.data().size()};
    piece[1].iov_len = step.payload;
    if (++filled_ == kBatch) flush();
  }

  void flush() {
    std::this_thread::sleep_until(
        began_ +
        std::chrono::duration_cast<Clock::duration>(
            std::chrono::duration<double>(static_cast<double>(sent_) / rate_)));
    for (std::size_t at = 0; at < filled_;) {
      const int n =
          sendmmsg(fd_, &messages_[at], static_cast<unsigned>(filled_ - at), 0);
      if (n > 0) {
        at += static_cast<std::size_t>(n);
      } else if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR) {
        std::perror("sendmmsg");
        std::exit(1);
      }
    }
    sent_ += filled_;
    filled_ = 0;
  }

  void report() const {
    const std::chrono::duration<double> took = Clock::now() - began_;
    std::printf("%llu %.0f\n", static_cast<unsigned long long>(sent_),
                static_cast<double>(sent_) / took.count());
  }

 private:
  int fd_;
  double rate_;
  Clock::time_point began_;
  std::size_t filled_ = 0;
  std::uint64_t sent_ = 0;
  std::array<std::uint8_t, 1400> payload_{};
  std::array<MadeFrame, kBatch> frames_;
  std::array<iovec, 2 * kBatch> pieces_{};
  std::array<mmsghdr, kBatch> messages_{};
};

int open_socket(const char* interface) {
  const int fd = socket(AF_PACKET, SOCK_RAW, 0);
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(if_nametoindex(interface));
  const void* const address = &to;
  if (fd < 0 || to.sll_ifindex == 0 ||
      bind(fd, static_cast<const sockaddr*>(address), sizeof to) != 0) {
    std::perror(interface);
    std::exit(1);
  }
  const int yes = 1;
  (void)setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  const bool syns = argc == 6 && std::string_view(argv[5]) == "syns";
  if (argc != 5 && !syns) {
    std::fputs(
        "usage: load_sender INTERFACE FIRST FLOWS PACKETS_PER_SECOND [syns]\n",
        stderr);
    return 2;
  }
  const auto first = static_cast<std::uint32_t>(std::atol(argv[2]));
  const auto flows = static_cast<std::uint32_t>(std::atol(argv[3]));
  Sender sender(open_socket(argv[1]), std::atof(argv[4]));
  for (std::uint32_t begin = 0; begin < flows; begin += kOpen) {
    const std::uint32_t end = std::min(flows, begin + kOpen);
    for (const Step& step : std::span(kSteps).first(syns ? 1 : kSteps.size())) {
      for (std::uint32_t i = begin; i < end; ++i) sender.send(first + i, step);
    }
  }
  sender.flush();
  sender.report();
  return 0;
}
