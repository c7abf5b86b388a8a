#include "lib/source/live_socket.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <span>

namespace netlat {

namespace {

// A tag that the kernel took out goes back in, before the frame.
constexpr unsigned kVlanTag = 4;

template <class T>
bool set(int fd, int level, int option, const T& value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

sock_fprog program_of(std::span<const sock_filter> code) {
  sock_fprog program{};
  program.len = static_cast<unsigned short>(code.size());
  program.filter = const_cast<sock_filter*>(code.data());
  return program;
}

bool attach_filter(int fd, std::span<const sock_filter> code) {
  return set(fd, SOL_SOCKET, SO_ATTACH_FILTER, program_of(code));
}

// Receives nothing.
bool make_deaf(int fd) {
  const sock_filter none[] = {{BPF_RET | BPF_K, 0, 0, 0}};
  return attach_filter(fd, none);
}

// What is set stays so for whoever gets the socket.
bool begin_receiving(int fd, const OpenRequest& request) {
  return attach_filter(fd, {request.filter.data(), request.instructions}) &&
         set(fd, SOL_SOCKET, SO_LOCK_FILTER, int{1});
}

bool make_ring(int fd, const OpenRequest& request) {
  tpacket_req3 ring{};
  ring.tp_block_size = request.block_size;
  ring.tp_block_nr = request.blocks;
  // Version 3 packs packets of any size; the kernel wants a frame size that
  // divides the block.
  ring.tp_frame_size = TPACKET_ALIGNMENT << 7;
  ring.tp_frame_nr = request.block_size / ring.tp_frame_size * request.blocks;
  ring.tp_retire_blk_tov = kRetireMilliseconds;
  return set(fd, SOL_PACKET, PACKET_VERSION, int{TPACKET_V3}) &&
         set(fd, SOL_PACKET, PACKET_RESERVE, kVlanTag) &&
         set(fd, SOL_PACKET, PACKET_RX_RING, ring);
}

bool join(int fd, const OpenRequest& request, std::uint32_t ifindex) {
  if (request.promiscuous != 0 && ifindex != 0) {
    packet_mreq all{};
    all.mr_ifindex = static_cast<int>(ifindex);
    all.mr_type = PACKET_MR_PROMISC;
    if (!set(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, all)) return false;
  }
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(ifindex);
  const void* const raw = &address;
  return bind(fd, static_cast<const sockaddr*>(raw), sizeof address) == 0;
}

bool find_index(int fd, const OpenRequest& request, std::uint32_t& ifindex) {
  ifreq question{};
  std::memcpy(question.ifr_name, request.name.data(), kNameSize);
  if (ioctl(fd, SIOCGIFINDEX, &question) != 0) return false;
  ifindex = static_cast<std::uint32_t>(question.ifr_ifindex);
  return true;
}

// One more member of the group of that number; below 0 the kernel chooses one
// that nobody has.
bool join_group(int fd, int& group) {
  constexpr int kKind = PACKET_FANOUT_CBPF << 16;
  constexpr int kNew = PACKET_FANOUT_FLAG_UNIQUEID << 16;
  const bool fresh = group < 0;
  const int wanted = kKind | (fresh ? kNew : group);
  if (!set(fd, SOL_PACKET, PACKET_FANOUT, wanted)) return false;
  if (!fresh) return true;
  socklen_t size = sizeof group;
  if (getsockopt(fd, SOL_PACKET, PACKET_FANOUT, &group, &size) != 0) {
    return false;
  }
  group &= 0xffff;
  return true;
}

// A socket that is bound and deaf; the call that failed, if one did.
std::optional<OpenCall> make_socket(const OpenRequest& request, int& fd,
                                    std::uint32_t& ifindex) {
  // Of protocol 0 it receives nothing before it is bound.
  fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (fd < 0) return OpenCall::socket;
  if (request.name[0] != '\0' && ifindex == 0 &&
      !find_index(fd, request, ifindex)) {
    return OpenCall::name;
  }
  if (ifindex != 0 && ifindex == request.unless_index) {
    errno = EALREADY;
    return OpenCall::name;
  }
  if (!make_deaf(fd)) return OpenCall::filter;
  if (!make_ring(fd, request)) return OpenCall::ring;
  if (!join(fd, request, ifindex)) return OpenCall::bind;
  return std::nullopt;
}

std::optional<OpenCall> make_group(const OpenRequest& request,
                                   std::span<const sock_filter> steering,
                                   OpenedSockets& opened) {
  int group = -1;
  const std::span<int> fds(opened.fds.data(), request.threads);
  for (int& fd : fds) {
    const auto failed = make_socket(request, fd, opened.reply.ifindex);
    if (failed) return failed;
    if (fds.size() > 1 && !join_group(fd, group)) return OpenCall::fanout;
  }
  if (fds.size() > 1 &&
      !set(fds[0], SOL_PACKET, PACKET_FANOUT_DATA, program_of(steering))) {
    return OpenCall::fanout;
  }
  for (const int fd : fds) {
    if (!begin_receiving(fd, request)) return OpenCall::filter;
  }
  return std::nullopt;
}

}  // namespace

OpenedSockets open_packet_sockets(const OpenRequest& request,
                                  std::span<const sock_filter> steering) {
  OpenedSockets opened;
  opened.fds.fill(-1);
  if (const auto failed = make_group(request, steering, opened)) {
    opened.reply.error = errno;
    opened.reply.call = static_cast<std::uint32_t>(*failed);
    for (int& fd : opened.fds) {
      if (fd >= 0) close(fd);
      fd = -1;
    }
  }
  return opened;
}

}  // namespace netlat
