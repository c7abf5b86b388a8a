#pragma once
// Blocks of a pcapng file (draft-ietf-opsawg-pcapng), in the byte order of
// this machine: a section, its interfaces, then packets, names and statistics
// in any order.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "netlat/base/address.h"
#include "netlat/base/packet_view.h"

namespace netlat {

struct PcapngPacket {
  std::uint32_t interface = 0;  ///< in order of put_interface(), from 0
  Stamp time;
  std::uint32_t wire_length = 0;
  Bytes data;
  FrameDirection direction = FrameDirection::unknown;
  std::string_view comment;  ///< empty: none
};

/// Since `start`; what is not known is left out.
struct PcapngStatistics {
  std::uint32_t interface = 0;
  Stamp start, end;
  std::optional<std::uint64_t> received, interface_drops, kernel_drops;
  std::string_view comment;
};

/// All append to `out`.  Texts longer than an option holds are cut.
void put_section(std::string& out, std::string_view application,
                 std::string_view comment);
void put_interface(std::string& out, std::string_view name,
                   std::uint32_t link_type, std::uint32_t snaplen);
void put_names(std::string& out,
               std::span<const std::pair<IpAddress, std::string>> names);
void put_packet(std::string& out, const PcapngPacket& packet);
void put_statistics(std::string& out, const PcapngStatistics& statistics);

}  // namespace netlat
