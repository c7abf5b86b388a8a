#pragma once
// Ethernet frames of TCP segments, made fast: a template whose numbers are
// written over.

#include <array>
#include <cstdint>
#include <cstring>

#include "netlat/base/packet_view.h"

namespace netlat::bench {

/// One of many connections: client 10.x.y.z:1024+ to a server's port 443.
struct Ends {
  std::uint32_t number = 0;
  bool from_client = true;
  /// Each connection has a server of its own, as in a scan.
  bool many_servers = false;
};

struct TcpNumbers {
  std::uint8_t flags = 0;
  std::uint32_t seq = 0, ack = 0;
  std::uint16_t payload = 0;  ///< declared; a snapshot length cuts it off
  std::uint16_t ip_id = 1;    ///< hosts count it up for each connection
};

class MadeFrame {
 public:
  static constexpr std::size_t kOctets = 14 + 20 + 20;

  MadeFrame() {
    octets_[12] = 0x08;
    octets_[14] = 0x45;
    octets_[22] = 64;
    octets_[23] = 6;
    octets_[46] = 0x50;
    octets_[48] = 0xff;
  }

  void set(const Ends& ends, const TcpNumbers& tcp) {
    const std::uint32_t client = 0x0a00'0000 + ends.number % 0x0100'0000;
    const std::uint32_t server =
        ends.many_servers ? 0xc000'0000 + ends.number : 0xc000'0201;
    const auto port =
        static_cast<std::uint16_t>(1024 + ends.number / 0x0100'0000);
    const bool out = ends.from_client;
    put16(16, static_cast<std::uint16_t>(40 + tcp.payload));
    put16(18, tcp.ip_id);
    put32(26, out ? client : server);
    put32(30, out ? server : client);
    put16(34, out ? port : 443);
    put16(36, out ? 443 : port);
    put32(38, tcp.seq);
    put32(42, tcp.ack);
    octets_[47] = tcp.flags;
    wire_octets_ = static_cast<std::uint32_t>(kOctets + tcp.payload);
  }

  Bytes data() const { return {octets_.data(), octets_.size()}; }
  std::uint32_t wire_octets() const { return wire_octets_; }

 private:
  void put16(std::size_t at, std::uint16_t value) {
    octets_[at] = static_cast<std::uint8_t>(value >> 8);
    octets_[at + 1] = static_cast<std::uint8_t>(value);
  }
  void put32(std::size_t at, std::uint32_t value) {
    put16(at, static_cast<std::uint16_t>(value >> 16));
    put16(at + 2, static_cast<std::uint16_t>(value));
  }

  std::array<std::uint8_t, kOctets> octets_{};
  std::uint32_t wire_octets_ = 0;
};

}  // namespace netlat::bench
