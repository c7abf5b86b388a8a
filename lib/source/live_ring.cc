#include "lib/source/live_ring.h"

#include <linux/if_ether.h>
#include <net/if_arp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace netlat {

namespace {

constexpr std::size_t kTagSize = 4;
// Another processor wrote the packets: what is so far ahead is on its way by
// the time it is looked at.
constexpr std::size_t kAhead = 2048, kLine = 64;
constexpr std::size_t kAddresses = 12;
// The link's address follows the header, aligned as packet(7) says.
constexpr std::size_t kLinkAt = (sizeof(tpacket3_hdr) + TPACKET_ALIGNMENT - 1) /
                                TPACKET_ALIGNMENT * TPACKET_ALIGNMENT;

// The kernel's headers are native structures at aligned places.
template <class T>
T read_header(const std::uint8_t* at) {
  T header;
  std::memcpy(&header, at, sizeof header);
  return header;
}

}  // namespace

std::uint8_t* put_tag_back(std::uint8_t* frame, std::uint16_t protocol,
                           std::uint16_t tag) noexcept {
  std::uint8_t* const begin = frame - kTagSize;
  std::memmove(begin, frame, kAddresses);
  const std::uint8_t octets[kTagSize] = {
      static_cast<std::uint8_t>(protocol >> 8),
      static_cast<std::uint8_t>(protocol), static_cast<std::uint8_t>(tag >> 8),
      static_cast<std::uint8_t>(tag)};
  std::memcpy(begin + kAddresses, octets, sizeof octets);
  return begin;
}

Result<LiveRing> LiveRing::map(int fd, std::size_t block_size,
                               std::size_t blocks) {
  LiveRing ring;
  ring.fd_ = fd;
  ring.block_size_ = block_size;
  ring.blocks_ = blocks;
  void* const memory = mmap(nullptr, block_size * blocks,
                            PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) {
    return Error{std::string("mapping the ring: ") + std::strerror(errno)};
  }
  ring.memory_ = static_cast<std::uint8_t*>(memory);
  return ring;
}

LiveRing::LiveRing(LiveRing&& other) noexcept {
  *this = std::move(other);
}

LiveRing& LiveRing::operator=(LiveRing&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(memory_, other.memory_);
  std::swap(block_size_, other.block_size_);
  std::swap(blocks_, other.blocks_);
  std::swap(current_, other.current_);
  std::swap(held_, other.held_);
  std::swap(left_, other.left_);
  std::swap(at_, other.at_);
  std::swap(counts_, other.counts_);
  return *this;
}

LiveRing::~LiveRing() {
  if (memory_ != nullptr) munmap(memory_, block_size_ * blocks_);
  if (fd_ >= 0) close(fd_);
}

tpacket_block_desc& LiveRing::block() const noexcept {
  void* const at = memory_ + current_ * block_size_;
  return *static_cast<tpacket_block_desc*>(at);
}

bool LiveRing::begin_block() {
  tpacket_hdr_v1& header = block().hdr.bh1;
  if ((__atomic_load_n(&header.block_status, __ATOMIC_ACQUIRE) &
       TP_STATUS_USER) == 0) {
    return false;
  }
  held_ = true;
  left_ = header.num_pkts;
  at_ = memory_ + current_ * block_size_ + header.offset_to_first_pkt;
  return true;
}

void LiveRing::release_block() {
  __atomic_store_n(&block().hdr.bh1.block_status, TP_STATUS_KERNEL,
                   __ATOMIC_RELEASE);
  held_ = false;
  current_ = (current_ + 1) % blocks_;
}

std::size_t LiveRing::read(std::span<PacketView> views,
                           std::span<LinkFacts> facts) {
  if (held_ && left_ == 0) release_block();
  // A block can be handed over without a packet.
  while (!held_) {
    if (!begin_block()) return 0;
    if (left_ == 0) release_block();
  }
  const std::size_t n = std::min<std::size_t>(views.size(), left_);
  for (std::size_t i = 0; i < n; ++i) take(views[i], facts[i]);
  left_ -= static_cast<std::uint32_t>(n);
  return n;
}

void LiveRing::take(PacketView& view, LinkFacts& facts) {
  const auto header = read_header<tpacket3_hdr>(at_);
  const auto link = read_header<sockaddr_ll>(at_ + kLinkAt);
  facts.ifindex = static_cast<std::uint32_t>(link.sll_ifindex);
  facts.hardware = link.sll_hatype;
  facts.protocol = __builtin_bswap16(link.sll_protocol);
  const bool ethernet =
      link.sll_hatype == ARPHRD_ETHER || link.sll_hatype == ARPHRD_LOOPBACK;
  std::uint8_t* frame = at_ + header.tp_mac;
  std::uint32_t captured = header.tp_snaplen;
  std::uint32_t length = header.tp_len;
  if (!ethernet) {
    // Where there is no Ethernet header, the packet begins at its network one.
    const std::uint32_t net = std::max(header.tp_net, header.tp_mac);
    const std::uint32_t before = std::min(net - header.tp_mac, captured);
    frame += before;
    captured -= before;
    length -= before;
  } else if ((header.tp_status & TP_STATUS_VLAN_VALID) != 0 &&
             captured >= kAddresses) {
    const bool known = (header.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0;
    frame = put_tag_back(
        frame, known ? header.hv1.tp_vlan_tpid : std::uint16_t{ETH_P_8021Q},
        static_cast<std::uint16_t>(header.hv1.tp_vlan_tci));
    captured += kTagSize;
    length += kTagSize;
  }
  const Nanos time =
      std::chrono::seconds(header.tp_sec) + Nanos{header.tp_nsec};
  view.set(Stamp{time}, Bytes(frame, captured), length);
  view.direction = link.sll_pkttype == PACKET_OUTGOING
                       ? FrameDirection::outbound
                       : FrameDirection::inbound;
  std::uint8_t* const next = at_ + header.tp_next_offset;
  for (; at_ < next; at_ += kLine) __builtin_prefetch(at_ + kAhead);
  at_ = next;
}

const RingCounts& LiveRing::ask_counts() {
  tpacket_stats_v3 since{};
  socklen_t size = sizeof since;
  if (getsockopt(fd_, SOL_PACKET, PACKET_STATISTICS, &since, &size) == 0) {
    counts_.received += since.tp_packets;
    counts_.dropped += since.tp_drops;
  }
  return counts_;
}

}  // namespace netlat
