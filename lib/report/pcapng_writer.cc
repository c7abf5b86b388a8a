#include "netlat/report/pcapng_writer.h"

#include <algorithm>
#include <cstring>

namespace netlat {

namespace {

constexpr std::uint32_t kInterfaceDescription = 1, kNameResolution = 4,
                        kInterfaceStatistics = 5, kEnhancedPacket = 6,
                        kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;

enum Option : std::uint16_t {
  kEnd = 0,
  kComment = 1,
  kInterfaceName = 2,
  kPacketFlags = 2,
  kStatisticsStart = 2,
  kStatisticsEnd = 3,
  kApplication = 4,
  kReceived = 4,
  kInterfaceDrops = 5,
  kSystemDrops = 7,
  kTimeResolution = 9,
};

template <class T>
void put(std::string& out, T value) {
  char octets[sizeof value];
  std::memcpy(octets, &value, sizeof value);
  out.append(octets, sizeof value);
}

void put_padded(std::string& out, const void* data, std::size_t size) {
  out.append(static_cast<const char*>(data), size);
  out.append((4 - size % 4) % 4, '\0');
}

void put_option(std::string& out, Option code, const void* data,
                std::size_t size) {
  put(out, static_cast<std::uint16_t>(code));
  put(out, static_cast<std::uint16_t>(size));
  put_padded(out, data, size);
}

void put_text(std::string& out, Option code, std::string_view text) {
  constexpr std::size_t kLongest = 65'535;
  if (text.empty()) return;
  put_option(out, code, text.data(), std::min(text.size(), kLongest));
}

void put_number(std::string& out, Option code,
                const std::optional<std::uint64_t>& value) {
  if (value) put_option(out, code, &*value, sizeof *value);
}

void end_options(std::string& out) {
  put(out, std::uint16_t{kEnd});
  put(out, std::uint16_t{0});
}

// A block whose length is known when it ends.
class Block {
 public:
  Block(std::string& out, std::uint32_t type) : out_(out), at_(out.size()) {
    put(out, type);
    put(out, std::uint32_t{0});
  }
  ~Block() {
    const auto length = static_cast<std::uint32_t>(out_.size() - at_ + 4);
    put(out_, length);
    std::memcpy(out_.data() + at_ + 4, &length, sizeof length);
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

 private:
  std::string& out_;
  std::size_t at_;
};

// Upper half first, whatever the byte order.
void put_time(std::string& out, Stamp time) {
  const auto ns = static_cast<std::uint64_t>(to_ns(time));
  put(out, static_cast<std::uint32_t>(ns >> 32));
  put(out, static_cast<std::uint32_t>(ns));
}

void put_time_option(std::string& out, Option code, Stamp time) {
  std::string value;
  put_time(value, time);
  put_option(out, code, value.data(), value.size());
}

}  // namespace

void put_section(std::string& out, std::string_view application,
                 std::string_view comment) {
  const Block block(out, kSectionHeader);
  put(out, kByteOrderMagic);
  put(out, std::uint16_t{1});  // version 1.0
  put(out, std::uint16_t{0});
  put(out, ~std::uint64_t{0});  // of a length nobody knows yet
  put_text(out, kComment, comment);
  put_text(out, kApplication, application);
  end_options(out);
}

void put_interface(std::string& out, std::string_view name,
                   std::uint32_t link_type, std::uint32_t snaplen) {
  const Block block(out, kInterfaceDescription);
  put(out, static_cast<std::uint16_t>(link_type));
  put(out, std::uint16_t{0});
  put(out, snaplen);
  put_text(out, kInterfaceName, name);
  constexpr std::uint8_t kNanoseconds = 9;  // 10^-9 s
  put_option(out, kTimeResolution, &kNanoseconds, sizeof kNanoseconds);
  end_options(out);
}

void put_names(std::string& out,
               std::span<const std::pair<IpAddress, std::string>> names) {
  if (names.empty()) return;
  constexpr std::uint16_t kIpv4 = 1, kIpv6 = 2;
  constexpr std::size_t kLongest = 1024;
  const Block block(out, kNameResolution);
  std::string record;
  for (const auto& [address, name] : names) {
    const auto octets = address.bytes();
    const std::size_t skip = address.is_v4() ? 12 : 0;
    record.clear();
    for (std::size_t i = skip; i < octets.size(); ++i) {
      record.push_back(static_cast<char>(octets[i]));
    }
    record.append(name, 0, kLongest);
    record.push_back('\0');
    put(out, address.is_v4() ? kIpv4 : kIpv6);
    put(out, static_cast<std::uint16_t>(record.size()));
    put_padded(out, record.data(), record.size());
  }
  put(out, std::uint32_t{0});  // no more records
}

void put_packet(std::string& out, const PcapngPacket& packet) {
  const Block block(out, kEnhancedPacket);
  put(out, packet.interface);
  put_time(out, packet.time);
  put(out, static_cast<std::uint32_t>(packet.data.size()));
  put(out, packet.wire_length);
  put_padded(out, packet.data.data(), packet.data.size());
  const bool directed = packet.direction != FrameDirection::unknown;
  if (!directed && packet.comment.empty()) return;
  put_text(out, kComment, packet.comment);
  if (directed) {
    const std::uint32_t flags =
        packet.direction == FrameDirection::inbound ? 1 : 2;
    put_option(out, kPacketFlags, &flags, sizeof flags);
  }
  end_options(out);
}

void put_statistics(std::string& out, const PcapngStatistics& statistics) {
  const Block block(out, kInterfaceStatistics);
  put(out, statistics.interface);
  put_time(out, statistics.end);
  put_text(out, kComment, statistics.comment);
  put_time_option(out, kStatisticsStart, statistics.start);
  put_time_option(out, kStatisticsEnd, statistics.end);
  put_number(out, kReceived, statistics.received);
  put_number(out, kInterfaceDrops, statistics.interface_drops);
  put_number(out, kSystemDrops, statistics.kernel_drops);
  end_options(out);
}

}  // namespace netlat
