#pragma once
// Which column of an AWS flow log holds what.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/base/result.h"

namespace netlat {

enum class LogField : std::uint8_t {
  ignored,  ///< known, and nothing here is made of it
  srcaddr,
  dstaddr,
  pkt_srcaddr,
  pkt_dstaddr,
  srcport,
  dstport,
  protocol,
  packets,
  bytes,
  start,
  end,
  action,
  log_status,
  tcp_flags,
  az_id,
  src_az_id,
  dst_az_id,
  flow_direction,
  traffic_path,
  interface_id,
  tgw_attachment_id,
  reject_reason,
  resource_type,
  lost_packets,  ///< any of the transit gateway's four causes
};

struct Layout {
  std::vector<LogField> columns;
  std::vector<std::string> unknown;  ///< names that are no field of AWS
  bool commas = false;               ///< between the fields, and not blanks

  /// Both ends of the traffic can be told.
  bool usable() const;
};

/// From names separated by blanks or by commas, each alone or as ${name}, with
/// "_" for "-" if a database wrote them.
Layout layout_of(std::string_view names);

/// A line of field names and not of values: at least three fields are known
/// by name.
bool is_header(std::string_view line);

/// Version 2 in its default order, or a transit gateway's: by the first two
/// values and their number.
std::optional<Layout> default_layout(std::string_view line);

}  // namespace netlat
