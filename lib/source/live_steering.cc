#include "lib/source/live_steering.h"

#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>

namespace netlat {

namespace {

// Instructions with jumps forward to places that have a name.
class Assembly {
 public:
  using Label = std::size_t;

  Label label() {
    places_.push_back(0);
    return places_.size() - 1;
  }
  void here(Label label) { places_[label] = code_.size(); }

  void put(unsigned code, std::uint32_t k = 0) {
    code_.push_back({static_cast<std::uint16_t>(code), 0, 0, k});
  }
  void go(Label to) {
    jumps_.push_back({code_.size(), to, false});
    put(BPF_JMP | BPF_JA);
  }
  // If the accumulator is one of `values`.
  void go_if(std::initializer_list<std::uint32_t> values, Label to) {
    for (const std::uint32_t k : values) branch(BPF_JEQ, k, to);
  }
  void go_if_bits(std::uint32_t bits, Label to) { branch(BPF_JSET, bits, to); }

  std::vector<sock_filter> take() {
    for (const Jump& jump : jumps_) {
      const std::size_t far = places_[jump.to] - jump.at - 1;
      if (!jump.conditional) {
        code_[jump.at].k = static_cast<std::uint32_t>(far);
        continue;
      }
      // What the kernel refuses no interface would open with.
      assert(far <= 255);
      code_[jump.at].jt = static_cast<std::uint8_t>(far);
    }
    return std::move(code_);
  }

 private:
  struct Jump {
    std::size_t at;
    Label to;
    bool conditional;
  };

  void branch(unsigned test, std::uint32_t k, Label to) {
    jumps_.push_back({code_.size(), to, true});
    put(BPF_JMP | test | BPF_K, k);
  }

  std::vector<sock_filter> code_;
  std::vector<std::size_t> places_;
  std::vector<Jump> jumps_;
};

using Label = Assembly::Label;

// Places of the program's memory.
enum Cell : std::uint32_t { kKey, kHeld, kProtocol, kAt };

constexpr std::uint32_t kVlanTypes[] = {0x8100, 0x88a8, 0x9100};
// Those that packet/udp.cc looks into by itself.
constexpr std::uint32_t kTunnelPorts[] = {4789, 8472, 6081, 2152};

// The index register holds where the header at hand begins.
void load(Assembly& a, unsigned size, std::uint32_t at) {
  a.put(BPF_LD | size | BPF_IND, at);
}
void load_fact(Assembly& a, int fact) {
  a.put(BPF_LD | BPF_W | BPF_ABS,
        static_cast<std::uint32_t>(SKF_AD_OFF + fact));
}
void skip(Assembly& a, std::uint32_t octets) {
  a.put(BPF_MISC | BPF_TXA);
  a.put(BPF_ALU | BPF_ADD | BPF_K, octets);
  a.put(BPF_MISC | BPF_TAX);
}
// As many octets as the accumulator says.
void skip_by_accumulator(Assembly& a) {
  a.put(BPF_ALU | BPF_ADD | BPF_X);
  a.put(BPF_MISC | BPF_TAX);
}

// Adds the accumulator to the key; the index register is kAt afterwards.
void add_to_key(Assembly& a) {
  a.put(BPF_LDX | BPF_W | BPF_MEM, kKey);
  a.put(BPF_ALU | BPF_XOR | BPF_X);
  a.put(BPF_ST, kKey);
  a.put(BPF_LDX | BPF_W | BPF_MEM, kAt);
}
// The key begins with these words of the header.
void begin_key(Assembly& a, std::initializer_list<std::uint32_t> words) {
  a.put(BPF_STX, kAt);
  a.put(BPF_LD | BPF_W | BPF_IMM, 0);
  a.put(BPF_ST, kKey);
  for (const std::uint32_t at : words) {
    load(a, BPF_W, at);
    add_to_key(a);
  }
}

struct Places {
  Label ipv4, ipv6, ports, udp, addresses, first;
};

// Leaves the protocol in the accumulator and goes on after the header.
void ipv4(Assembly& a, const Places& to) {
  begin_key(a, {12, 16});
  load(a, BPF_H, 6);
  a.go_if_bits(0x1fff, to.addresses);  // a later fragment has no ports
  load(a, BPF_B, 9);
  a.put(BPF_ST, kProtocol);
  load(a, BPF_B, 0);
  a.put(BPF_ALU | BPF_AND | BPF_K, 0x0f);
  a.put(BPF_ALU | BPF_LSH | BPF_K, 2);
  skip_by_accumulator(a);
  a.put(BPF_LD | BPF_MEM, kProtocol);
}

void extension(Assembly& a, const Places& to) {
  constexpr std::uint32_t kFragment = 44;
  const Label other = a.label(), fragment = a.label(), over = a.label();
  a.go_if({0, 43, 60}, other);
  a.go_if({kFragment}, fragment);
  a.go(over);
  a.here(fragment);
  load(a, BPF_H, 2);
  a.go_if_bits(0xfff8, to.addresses);
  load(a, BPF_B, 0);
  a.put(BPF_ST, kProtocol);
  skip(a, 8);
  a.put(BPF_LD | BPF_MEM, kProtocol);
  a.go(over);
  a.here(other);
  load(a, BPF_B, 0);
  a.put(BPF_ST, kProtocol);
  load(a, BPF_B, 1);
  a.put(BPF_ALU | BPF_ADD | BPF_K, 1);
  a.put(BPF_ALU | BPF_LSH | BPF_K, 3);
  skip_by_accumulator(a);
  a.put(BPF_LD | BPF_MEM, kProtocol);
  a.here(over);
}

void ipv6(Assembly& a, const Places& to) {
  // Of each address the network's last word and the host's.
  begin_key(a, {12, 20, 28, 36});
  load(a, BPF_B, 6);
  a.put(BPF_ST, kProtocol);
  skip(a, 40);
  a.put(BPF_LD | BPF_MEM, kProtocol);
  for (int i = 0; i < kExtensions; ++i) extension(a, to);
}

void transport(Assembly& a, const Places& to) {
  a.go_if({6}, to.ports);
  a.go_if({17}, to.udp);
  a.go(to.addresses);
}

void link(Assembly& a, Label type, const Places& to) {
  const Label ethernet = a.label(), outgoing = a.label(), bare = a.label();
  // One that says it is outgoing may have a device's own header before it.
  constexpr std::uint32_t kWithout[] = {ARPHRD_NONE,    ARPHRD_PPP,
                                        ARPHRD_RAWIP,   ARPHRD_TUNNEL,
                                        ARPHRD_TUNNEL6, ARPHRD_SIT};
  load_fact(a, SKF_AD_HATYPE);
  a.go_if({ARPHRD_ETHER, ARPHRD_LOOPBACK}, ethernet);
  for (const std::uint32_t hardware : kWithout) a.go_if({hardware}, bare);
  a.go(to.first);
  a.here(ethernet);
  load_fact(a, SKF_AD_PKTTYPE);
  a.go_if({PACKET_OUTGOING}, outgoing);
  a.here(bare);
  a.put(BPF_LDX | BPF_W | BPF_IMM, 0);
  load_fact(a, SKF_AD_PROTOCOL);
  a.go(type);
  a.here(outgoing);
  a.put(BPF_LDX | BPF_W | BPF_IMM, ETH_HLEN);
  a.put(BPF_LD | BPF_H | BPF_ABS, ETH_HLEN - 2);
}

void type(Assembly& a, const Places& to) {
  constexpr std::uint32_t kPppoe = 0x8864, kPppIpv4 = 0x21, kPppIpv6 = 0x57;
  for (int tags = 0; tags < 2; ++tags) {
    const Label tag = a.label(), over = a.label();
    for (const std::uint32_t vlan : kVlanTypes) a.go_if({vlan}, tag);
    a.go(over);
    a.here(tag);
    load(a, BPF_H, 2);
    a.put(BPF_ST, kHeld);
    skip(a, 4);
    a.put(BPF_LD | BPF_MEM, kHeld);
    a.here(over);
  }
  const Label pppoe = a.label();
  a.go_if({ETH_P_IP}, to.ipv4);
  a.go_if({ETH_P_IPV6}, to.ipv6);
  a.go_if({kPppoe}, pppoe);
  a.go(to.first);
  a.here(pppoe);
  load(a, BPF_H, 6);
  a.put(BPF_ST, kHeld);
  skip(a, 8);
  a.put(BPF_LD | BPF_MEM, kHeld);
  a.go_if({kPppIpv4}, to.ipv4);
  a.go_if({kPppIpv6}, to.ipv6);
  a.here(to.first);
  a.put(BPF_RET | BPF_K, 0);
}

// From the ports to the number.
void finish(Assembly& a, const Places& to) {
  a.here(to.udp);
  for (const std::uint32_t at : {0U, 2U}) {
    load(a, BPF_H, at);
    for (const std::uint32_t port : kTunnelPorts) a.go_if({port}, to.addresses);
  }
  a.here(to.ports);
  a.put(BPF_STX, kAt);
  for (const std::uint32_t at : {0U, 2U}) {
    load(a, BPF_H, at);
    add_to_key(a);
  }
  a.here(to.addresses);
  a.put(BPF_LD | BPF_MEM, kKey);
  // The upper half depends on every bit of the key.
  a.put(BPF_ALU | BPF_MUL | BPF_K, 0x9e37'79b1);
  a.put(BPF_ALU | BPF_RSH | BPF_K, 16);
  a.put(BPF_RET | BPF_A);
}

}  // namespace

std::vector<sock_filter> steering_program() {
  constexpr std::uint32_t kIcmpHeader = 8;
  Assembly a;
  const Places to{a.label(), a.label(), a.label(),
                  a.label(), a.label(), a.label()};
  const Label begins = a.label(), icmp = a.label(), icmp6 = a.label();
  link(a, begins, to);
  a.here(begins);
  type(a, to);

  a.here(to.ipv4);
  ipv4(a, to);
  a.go_if({1}, icmp);
  transport(a, to);

  a.here(to.ipv6);
  ipv6(a, to);
  a.go_if({58}, icmp6);
  transport(a, to);

  // Errors have the key of what they quote (RFC 792, RFC 4443 2.1).
  const Label quoted4 = a.label(), quoted6 = a.label();
  a.here(icmp);
  load(a, BPF_B, 0);
  a.go_if({3, 4, 5, 11, 12}, quoted4);
  a.go(to.addresses);
  a.here(quoted4);
  skip(a, kIcmpHeader);
  ipv4(a, to);
  transport(a, to);

  a.here(icmp6);
  load(a, BPF_B, 0);
  a.go_if({1, 2, 3, 4}, quoted6);
  a.go(to.addresses);
  a.here(quoted6);
  skip(a, kIcmpHeader);
  ipv6(a, to);
  transport(a, to);

  finish(a, to);
  return a.take();
}

}  // namespace netlat
