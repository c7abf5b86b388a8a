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

namespace netlat {

namespace {

// A tag that the kernel took out goes back in, before the frame.
constexpr unsigned kVlanTag = 4;

template <class T>
bool set(int fd, int level, int option, const T& value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

bool attach_filter(int fd, const OpenRequest& request) {
  sock_fprog program{};
  program.len = static_cast<unsigned short>(request.instructions);
  program.filter = const_cast<sock_filter*>(request.filter.data());
  return set(fd, SOL_SOCKET, SO_ATTACH_FILTER, program) &&
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

}  // namespace

OpenedSocket open_packet_socket(const OpenRequest& request) {
  OpenedSocket opened;
  const auto fail = [&](OpenCall call, int error) {
    opened.reply.error = error;
    opened.reply.call = static_cast<std::uint32_t>(call);
    if (opened.fd >= 0) close(opened.fd);
    opened.fd = -1;
    return opened;
  };
  // Of protocol 0 it receives nothing before it is bound.
  opened.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (opened.fd < 0) return fail(OpenCall::socket, errno);
  std::uint32_t& ifindex = opened.reply.ifindex;
  if (request.name[0] != '\0') {
    if (!find_index(opened.fd, request, ifindex)) {
      return fail(OpenCall::name, errno);
    }
    if (ifindex == request.unless_index) return fail(OpenCall::name, EALREADY);
  }
  if (!attach_filter(opened.fd, request)) return fail(OpenCall::filter, errno);
  if (!make_ring(opened.fd, request)) return fail(OpenCall::ring, errno);
  if (!join(opened.fd, request, ifindex)) return fail(OpenCall::bind, errno);
  return opened;
}

}  // namespace netlat
