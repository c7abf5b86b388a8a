#include "netlat/report/exchange_json.h"

#include "lib/report/json_values.h"
#include "netlat/measure/vocabulary.h"

namespace netlat {

namespace {

Transport transport_of(const ExchangeRecord& e) {
  switch (e.kind) {
    case ExchangeKind::dns:
    case ExchangeKind::quic:
      return Transport::udp;
    case ExchangeKind::tls:
      return Transport::tcp;
    case ExchangeKind::icmp_echo:
      break;
  }
  return e.server.is_v4() ? Transport::icmp : Transport::icmp6;
}

void round_trip(JsonWriter& json, const ExchangeRecord& e) {
  json.plain("half", word(e.span));
  if (e.rtt_class) {
    json.plain("rtt_class", word(*e.rtt_class));
  } else {
    json.null("rtt_class");
  }
  json.field("ambiguous", e.ambiguous);
  put_duration(json, "elapsed_ns", e.elapsed);
  put_duration(json, "rtt_ns", e.rtt);
  put_duration(json, "service_ns", e.service);
}

}  // namespace

std::string_view ExchangeJson::community_id(const ExchangeRecord& e) {
  const Transport transport = transport_of(e);
  Port from = e.client_port, to = e.server_port;
  if (transport == Transport::icmp) {
    from = 8;  // echo, and the reply that answers it (RFC 792)
    to = 0;
  } else if (transport == Transport::icmp6) {
    from = 128;  // the same (RFC 4443 4)
    to = 129;
  }
  return community_id_({e.client, from}, {e.server, to},
                       ip_protocol(transport));
}

std::string_view ExchangeJson::line(const ExchangeRecord& e,
                                    std::string_view vantage) {
  json_.begin("exchange");
  json_.plain("kind", word(e.kind));
  json_.field("flow", e.flow);
  json_.plain("community_id", community_id(e));
  json_.text("vantage", vantage);
  json_.plain("client_ip", e.client.text());
  put_unless_0(json_, "client_port", e.client_port);
  json_.plain("server_ip", e.server.text());
  put_unless_0(json_, "server_port", e.server_port);
  json_.field("id", e.id);
  json_.field("sequence", e.sequence);
  put_text(json_, "name", e.name);
  json_.field("query_type", e.query_type);
  json_.field("start_us", to_us(e.start));
  if (e.elapsed) {
    json_.field("end_us", to_us(e.start + *e.elapsed));
  } else {
    json_.null("end_us");
  }
  json_.plain("outcome", word(e.outcome));
  json_.field("code", e.code);
  json_.field("retries", e.retries);
  round_trip(json_, e);
  return json_.finish();
}

}  // namespace netlat
