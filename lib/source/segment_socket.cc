#include "netlat/source/segment_socket.h"

#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <span>

#include "lib/source/live_channel.h"
#include "netlat/source/live_opener.h"

namespace netlat {

namespace {

// No interface can have a name with a slash.
constexpr const char* kSegments4 = "tcp/4";
constexpr const char* kSegments6 = "tcp/6";
constexpr std::uint32_t kAll = 0xffff;

// A socket of IPv4 sees packets from their IP header on, one of IPv6 from the
// TCP header on: X is where that begins, later where the data does.
std::array<sock_filter, 17> filter_of(const SegmentPorts& ports) {
  constexpr sock_filter kBegin4 = BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0);
  constexpr sock_filter kBegin6 = BPF_STMT(BPF_LDX | BPF_W | BPF_IMM, 0);
  return {{
      ports.v6 ? kBegin6 : kBegin4,
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ports.peer, 0, 13),
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ports.own, 0, 11),
      BPF_STMT(BPF_LD | BPF_B | BPF_IND, 12),
      BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 2),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x3c),
      BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 3, 0),
      // An octet of the data tells that there is some.
      BPF_STMT(BPF_MISC | BPF_TXA, 0),
      BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 1),
      BPF_STMT(BPF_RET | BPF_A, 0),
      BPF_STMT(BPF_RET | BPF_K, kAll),
      BPF_STMT(BPF_RET | BPF_K, 0),
  }};
}

bool lock_filter(int fd, const SegmentPorts& ports) {
  auto filter = filter_of(ports);
  const sock_fprog program = {static_cast<unsigned short>(filter.size()),
                              filter.data()};
  constexpr int kOn = 1;
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
                    sizeof program) == 0 &&
         setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &kOn, sizeof kOn) == 0;
}

std::optional<Port> read_port(const std::string& text) {
  Port port = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || at != end) return std::nullopt;
  return port;
}

}  // namespace

Result<int> open_segment_socket(const std::string& path,
                                const SegmentPorts& ports) {
  auto opener = LiveOpener::start(
      path, {ports.v6 ? kSegments6 : kSegments4, std::to_string(ports.own),
             std::to_string(ports.peer)});
  if (!opener) return std::move(opener.error());
  const auto answer = (*opener)->receive();
  // It has ended, or is about to.
  (void)waitpid((*opener)->child(), nullptr, 0);
  if (!answer) return Error{path + ": ended without an answer"};
  const int error = answer->reply.error;
  if (error == 0 && answer->count == 1) return answer->fds[0];
  return Error{path + ": " + std::strerror(error),
               error == EPERM || error == EACCES ? ErrorKind::permission
                                                 : ErrorKind::input};
}

std::optional<SegmentPorts> read_segment_ports(
    const std::vector<std::string>& words) {
  if (words.size() != 3 || (words[0] != kSegments4 && words[0] != kSegments6)) {
    return std::nullopt;
  }
  const auto own = read_port(words[1]), peer = read_port(words[2]);
  if (!own || !peer) return std::nullopt;
  return SegmentPorts{words[0] == kSegments6, *own, *peer};
}

void serve_segment_socket(const SegmentPorts& ports) {
  OpenReply reply;
  const int fd = socket(ports.v6 ? AF_INET6 : AF_INET,
                        SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (fd < 0 || !lock_filter(fd, ports)) {
    reply.error = errno;
  }
  const std::span<const int> made(&fd, reply.error == 0 ? 1 : 0);
  (void)send_reply(kOpenerChannel, reply, made);
  if (fd >= 0) close(fd);
}

}  // namespace netlat
