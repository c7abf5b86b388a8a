// A line is walked once: each word goes to the field of its column.  "-"
// stands for a value that does not apply; whether one had to be there depends
// on the log status, which may be the last word, so that is asked at the end.

#include "lib/flowlog/aws_line.h"

#include "lib/flowlog/tokens.h"
#include "lib/flowlog/values.h"

namespace netlat {

namespace {

using enum LogField;

constexpr std::uint32_t bit(LogField field) {
  return std::uint32_t{1} << static_cast<unsigned>(field);
}

// Walks one line.
class Line {
 public:
  Line(LogRecord& record, LineCounts& counts)
      : record_(record), counts_(counts) {}

  /// False if the value is not what the field asks for.
  bool take(LogField field, std::string_view value) {
    if (field == ignored) return true;
    if (value == "-") {
      absent_ |= bit(field);
      return true;
    }
    seen_ |= bit(field);
    return is_text(field) ? take_text(field, value) : take_value(field, value);
  }

  // Fills in what follows from other fields.  False if an address lacks.
  bool finish() {
    if (record_.status != LogStatus::ok) return true;
    if (!has(pkt_srcaddr)) record_.src = record_.logged_src;
    if (!has(pkt_dstaddr)) record_.dst = record_.logged_dst;
    if (!has(srcaddr)) record_.logged_src = record_.src;
    if (!has(dstaddr)) record_.logged_dst = record_.dst;
    place_zone();
    const bool whole = (has(srcaddr) || has(pkt_srcaddr)) &&
                       (has(dstaddr) || has(pkt_dstaddr)) &&
                       (absent_ & (bit(bytes) | bit(packets))) == 0;
    if (whole && (absent_ & kExpected) != 0) ++counts_.absent_values;
    if (whole && mapped_) ++counts_.mapped_addresses;
    return whole;
  }

 private:
  // "-" is remarkable in these alone: others do not apply to most traffic.
  static constexpr std::uint32_t kExpected =
      bit(srcport) | bit(dstport) | bit(protocol) | bit(start) | bit(end) |
      bit(action) | bit(srcaddr) | bit(dstaddr);

  bool has(LogField field) const { return (seen_ & bit(field)) != 0; }

  static bool is_text(LogField field) {
    return field == action || field == log_status || field >= az_id;
  }

  bool address(std::string_view value, IpAddress& into) {
    const auto read = read_address(value);
    if (!read) return false;
    into = *read;
    if (read->is_v4() && value.find(':') != value.npos) mapped_ = true;
    return true;
  }
  template <class T>
  static bool number(std::string_view value, T& into) {
    const auto read = read_number<T>(value);
    if (read) into = *read;
    return read.has_value();
  }
  static bool time(std::string_view value, Stamp& into) {
    const auto seconds = read_number<std::uint64_t>(value);
    const auto read = seconds ? stamp_of_seconds(*seconds) : std::nullopt;
    if (read) into = *read;
    return read.has_value();
  }

  bool take_value(LogField field, std::string_view value) {
    switch (field) {
      case srcaddr:
        return address(value, record_.logged_src);
      case dstaddr:
        return address(value, record_.logged_dst);
      case pkt_srcaddr:
        return address(value, record_.src);
      case pkt_dstaddr:
        return address(value, record_.dst);
      case srcport:
        return number(value, record_.src_port);
      case dstport:
        return number(value, record_.dst_port);
      case protocol:
        return number(value, record_.protocol);
      case packets:
        return number(value, record_.packets);
      case bytes:
        return number(value, record_.bytes);
      case start:
        return time(value, record_.start);
      case end:
        return time(value, record_.end);
      case tcp_flags:
        return number(value, record_.tcp_flags);
      default:
        return true;
    }
  }

  bool take_text(LogField field, std::string_view value) {
    switch (field) {
      case action:
        return take_action(value);
      case log_status:
        return take_status(value);
      case az_id:
        own_zone_ = value;
        return true;
      case src_az_id:
        record_.src_zone = value;
        return true;
      case dst_az_id:
        record_.dst_zone = value;
        return true;
      case flow_direction:
        return take_direction(value);
      case traffic_path:
        return number(value, record_.traffic_path);
      case interface_id:
      case tgw_attachment_id:
        record_.interface = value;
        return true;
      case reject_reason:
        record_.reject_reason = value;
        return true;
      case resource_type:
        if (value == "TransitGateway") record_.provider = LogProvider::aws_tgw;
        return true;
      case lost_packets:
        return add_lost(value);
      default:
        return true;
    }
  }

  bool take_action(std::string_view value) {
    record_.action = value == "ACCEPT"   ? LogAction::accept
                     : value == "REJECT" ? LogAction::reject
                                         : LogAction::unknown;
    return record_.action != LogAction::unknown;
  }
  bool take_status(std::string_view value) {
    record_.status = value == "NODATA"     ? LogStatus::no_data
                     : value == "SKIPDATA" ? LogStatus::skip_data
                                           : LogStatus::ok;
    return record_.status != LogStatus::ok || value == "OK";
  }
  bool take_direction(std::string_view value) {
    record_.direction = value == "ingress"  ? LogDirection::ingress
                        : value == "egress" ? LogDirection::egress
                                            : LogDirection::unknown;
    return record_.direction != LogDirection::unknown;
  }
  bool add_lost(std::string_view value) {
    std::uint64_t lost = 0;
    if (!number(value, lost)) return false;
    record_.lost_packets += lost;
    return true;
  }

  // The zone is that of the logged interface: of one end, and of none where
  // the interface only passes on packets of another address.
  void place_zone() {
    if (own_zone_.empty()) return;
    if (record_.direction == LogDirection::egress) {
      if (record_.src == record_.logged_src) record_.src_zone = own_zone_;
    } else if (record_.direction == LogDirection::ingress) {
      if (record_.dst == record_.logged_dst) record_.dst_zone = own_zone_;
    }
  }

  LogRecord& record_;
  LineCounts& counts_;
  std::uint32_t seen_ = 0, absent_ = 0;
  std::string_view own_zone_;
  bool mapped_ = false;
};

template <class Words>
std::optional<LineRefusal> walk_line(Words words, const Layout& layout,
                                     Line& line) {
  std::size_t column = 0;
  std::optional<LineRefusal> refusal;
  while (const auto word = words.next()) {
    if (column < layout.columns.size() && !refusal &&
        !line.take(layout.columns[column], *word)) {
      refusal = {LineFault::bad_value, column + 1, *word};
    }
    ++column;
  }
  if (column != layout.columns.size()) {
    return LineRefusal{LineFault::field_count, 0, {}, column};
  }
  if (refusal) return refusal;
  if (!line.finish()) return LineRefusal{LineFault::no_value, 0, {}, column};
  return std::nullopt;
}

}  // namespace

std::optional<LineRefusal> read_aws_line(std::string_view text,
                                         const Layout& layout,
                                         LogRecord& record,
                                         LineCounts& counts) {
  record = {};
  Line line(record, counts);
  return layout.commas ? walk_line(CsvTokens(text), layout, line)
                       : walk_line(Tokens(text), layout, line);
}

}  // namespace netlat
