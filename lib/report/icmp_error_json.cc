#include "netlat/report/icmp_error_json.h"

#include "lib/report/json_values.h"
#include "netlat/measure/vocabulary.h"
#include "netlat/report/icmp_text.h"

namespace netlat {

std::string_view icmp_error_line(JsonWriter& json, const IcmpErrorRow& row) {
  json.begin("icmp_error");
  put_address(json, "from_ip", row.from);
  json.plain("proto", word(row.error.v6 ? Transport::icmp6 : Transport::icmp));
  json.field("icmp_type", row.error.type);
  json.field("icmp_code", row.error.code);
  put_unless_0(json, "mtu", row.error.mtu);
  json.plain("what", icmp_text(row.error));
  json.field("count", row.count);
  json.field("flows", row.flows);
  json.field("first_us", to_us(row.first));
  json.field("last_us", to_us(row.last));
  return json.finish();
}

}  // namespace netlat
