#pragma once
// Which thread measures a packet: a program that the kernel runs once for each.
//
// Problem: with several threads, each with a ring of its own, all packets that
// say something together have to come into one ring: both directions of a
// connection, the fragments that have its ports, and the ICMP errors about it.
// The kernel's own PACKET_FANOUT_HASH parts errors from what they quote, and
// the two directions of a tunnel over UDP, whose outer source port is another
// for each; so the group is PACKET_FANOUT_CBPF with a program of ours.
// Method: the key is the exclusive or of the two addresses and, for TCP and
// UDP, of the two ports, hence the same both ways; of an ICMP error that of the
// packet it quotes; of a tunnel (VXLAN, GENEVE, GTP-U, GRE, IP in IP, MPLS in
// IP), an echo or a later fragment that of the addresses alone, for a tunnel
// the outer ones.  Tags and PPPoE are stepped over.  What is no IP, MPLS, and
// link layers other than Ethernet or none go to the first thread.  A number is
// made of the key by a multiplication, and the kernel takes the remainder.
// Positions are reckoned by hand: an incoming packet begins with its network
// header when the program runs, an outgoing one with its Ethernet header.
// SKF_LL_OFF would spare that, but reaches only the first piece of a packet in
// pieces.
// The kernel numbers the sockets of a group in the order they joined, also
// after the device was down and up again, so the same key is the same thread
// on every interface.
// Bias: a connection whose directions go through tunnels with other ends, or
// of which one direction alone has more than kExtensions IPv6 extension
// headers, is parted: each thread sees one side and says so.  So it is for
// packets of the moment in which a device comes up and its sockets join again.
// Of IPv6 addresses half the octets count, which parts nothing.
// Cost: some 40 instructions a packet, compiled to machine code, once, however
// many threads there are.  A filter for each thread would need no group, but
// runs as often as there are threads.

#include <linux/filter.h>

#include <vector>

namespace netlat {

/// Extension headers that are stepped over on the way to the ports.
inline constexpr int kExtensions = 2;

/// What PACKET_FANOUT_DATA takes; gives a number, of which the kernel takes the
/// remainder.
std::vector<sock_filter> steering_program();

}  // namespace netlat
