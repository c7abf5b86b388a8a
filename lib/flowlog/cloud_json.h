#pragma once
// What an entry of JSON holds, as records.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "netlat/flowlog/log_record.h"

namespace netlat {

/// A record with text of its own.
struct OwnedRecord {
  LogRecord record;  ///< its views are set by view()
  std::string interface, src_zone, dst_zone, reject_reason;

  const LogRecord& view() {
    record.interface = interface;
    record.src_zone = src_zone;
    record.dst_zone = dst_zone;
    record.reject_reason = reject_reason;
    return record;
  }
};

/// One entry of a log: what was sent, what came back if it says so too, or
/// why it is none.
struct CloudRecord {
  OwnedRecord sent;
  std::optional<OwnedRecord> received;
  std::string fault;  ///< empty if it can be used; quotes nothing untrusted
};

/// A line of AWS text that CloudWatch wrapped.
struct WrappedLine {
  std::string text;
};

using CloudEntry =
    std::variant<std::string, WrappedLine, std::vector<CloudRecord>>;

/// The string says why the text is no entry of a flow log.
CloudEntry read_cloud_entry(std::string_view text);

}  // namespace netlat
