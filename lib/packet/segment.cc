// What belongs to a Segment alone.

#include "netlat/packet/segment.h"

#include "lib/packet/cursor.h"

namespace netlat {

void forget_network(Segment& out) noexcept {
  out.source = out.destination = IpAddress{};
  out.ip_id = 0;
  out.ip_protocol = out.ttl = out.dscp_ecn = 0;
  out.ipv6 = out.has_ip_id = false;
  out.first_fragment = out.later_fragment = false;
  out.super_segment = false;
}

void forget_transport(Segment& out) noexcept {
  out.transport = Transport::other;
  out.source_port = out.destination_port = 0;
  out.payload_length = 0;
  out.payload = {};
}

const char* encap_name(EncapKind kind) {
  switch (kind) {
    case EncapKind::vlan:
      return "vlan";
    case EncapKind::mpls:
      return "mpls";
    case EncapKind::pppoe:
      return "pppoe";
    case EncapKind::gre:
      return "gre";
    case EncapKind::erspan:
      return "erspan";
    case EncapKind::ipip:
      return "ipip";
    case EncapKind::vxlan:
      return "vxlan";
    case EncapKind::geneve:
      return "geneve";
    case EncapKind::gtpu:
      return "gtpu";
  }
  return "unknown";
}

}  // namespace netlat
