#pragma once
// The `capture` record: what one file held and what became of each packet.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "netlat/base/time.h"
#include "netlat/measure/packet_account.h"
#include "netlat/report/json_writer.h"

namespace netlat {

struct InterfaceRecord {
  std::uint32_t id = 0;  ///< as the file numbers it
  std::string name;      ///< untrusted; empty: the file has none
  std::uint32_t link_type = 0, snaplen = 0;
  std::uint32_t vantage = 0;  ///< capture point, not part of the record
};

struct CaptureRecord {
  std::string source;  ///< path as given, untrusted
  std::string format;
  std::vector<InterfaceRecord> interfaces;
  std::uint64_t packets = 0;         ///< equal to account.total()
  std::uint64_t bytes = 0;           ///< on the wire
  std::optional<Stamp> first, last;  ///< both or none
  /// What relate_files() finds: the file before this one at the same capture
  /// point, as an index, and the time between the two; the file's share of
  /// time that files begun earlier reach into.
  std::optional<std::size_t> continues;
  std::optional<Nanos> gap_before, overlap;
  PacketAccount account;
  std::uint64_t clock_backsteps = 0;
  std::uint64_t untimed = 0;
  /// nullopt: the file does not say.
  std::optional<std::uint64_t> kernel_drops, interface_drops;
  bool input_truncated = false;
};

/// The line, valid until `json` is used again.
std::string_view capture_line(JsonWriter& json, const CaptureRecord& capture);

}  // namespace netlat
