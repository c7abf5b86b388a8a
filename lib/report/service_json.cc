#include "netlat/report/service_json.h"

#include "lib/report/json_values.h"
#include "netlat/measure/vocabulary.h"

namespace netlat {

namespace {

void loss(JsonWriter& json, const LossCounts& l) {
  json.field("segments", l.segments);
  json.field("retransmits", l.retransmits);
  json.field("needless", l.needless);
  json.open_object("lost");
  json.field("server_side", l.lost_server_side);
  json.field("client_side", l.lost_client_side);
  if (l.confidence == Confidence::none) {
    json.null("confidence");
  } else {
    json.plain("confidence", word(l.confidence));
  }
  json.close_object();
}

}  // namespace

std::string_view service_line(JsonWriter& json, const ServiceRow& s) {
  json.begin("service");
  json.plain("proto", word(Transport::tcp));
  put_address(json, "server_ip", s.server);
  put_unless_0(json, "server_port", s.port);
  put_text(json, "name", s.name.str());
  json.field("connections", s.connections);
  json.field("refused", s.refused);
  json.field("unanswered", s.unanswered);
  put_quantiles(json, "connect", s.connect);
  json.open_object("rtt");
  put_half(json, "server", s.server_rtt);
  put_half(json, "client", s.client_rtt);
  json.close_object();
  json.field("requests", s.requests);
  put_quantiles(json, "service", s.service);
  loss(json, s.loss);
  return json.finish();
}

}  // namespace netlat
