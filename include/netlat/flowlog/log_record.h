#pragma once
// One record of a cloud's flow log, whichever cloud wrote it.

#include <cstdint>
#include <optional>
#include <string_view>

#include "netlat/base/address.h"
#include "netlat/base/time.h"

namespace netlat {

enum class LogProvider : std::uint8_t { aws_vpc, aws_tgw, gcp, azure };

enum class LogStatus : std::uint8_t {
  ok,         ///< traffic
  no_data,    ///< the interface saw none in this window
  skip_data,  ///< the cloud lost records of this window
};

/// What security groups, network ACLs and rules made of the traffic.
enum class LogAction : std::uint8_t { unknown, accept, reject };

/// As the interface that was logged saw it.
enum class LogDirection : std::uint8_t { unknown, ingress, egress };

/// A window's traffic in one direction of a flow.  Views are valid until the
/// next record; text is untrusted.
struct LogRecord {
  LogProvider provider = LogProvider::aws_vpc;
  LogStatus status = LogStatus::ok;
  LogAction action = LogAction::unknown;
  LogDirection direction = LogDirection::unknown;
  std::uint8_t protocol = 0;      ///< IANA number
  std::uint8_t tcp_flags = 0;     ///< FIN 1, SYN 2, RST 4, SYN-ACK 18, OR-ed
  std::uint8_t traffic_path = 0;  ///< AWS's number, 1 to 8; 0: none given
  Port src_port = 0, dst_port = 0;
  IpAddress src, dst;  ///< of the packets
  /// What the record calls them at its interface: a translated or primary
  /// address where it differs from that of the packets.
  IpAddress logged_src, logged_dst;
  std::uint64_t packets = 0, bytes = 0;
  std::uint64_t lost_packets = 0;  ///< by a transit gateway
  Stamp start, end;
  std::string_view interface;  ///< where it was logged; empty: not said
  std::string_view src_zone, dst_zone;  ///< empty: not said
  std::string_view reject_reason;
  std::optional<Nanos> rtt;  ///< GCP; holds the peer's delay of its ACK
};

class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void record(const LogRecord& record) = 0;
};

/// "aws_vpc", "aws_tgw", "gcp", "azure".
std::string_view to_word(LogProvider provider) noexcept;

}  // namespace netlat
