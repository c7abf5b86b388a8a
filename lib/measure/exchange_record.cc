#include "netlat/measure/exchange_record.h"

namespace netlat {

namespace {

ExchangeRecord of_question(const DnsQuestion& q, Stamp first,
                           std::uint32_t retries) {
  ExchangeRecord r;
  r.kind = ExchangeKind::dns;
  r.vantage = q.vantage;
  r.client = q.client;
  r.server = q.server;
  r.client_port = q.client_port;
  r.server_port = q.server_port;
  r.id = q.id;
  r.name = q.name.view();
  if (q.qclass != 0) r.query_type = q.qtype;
  r.start = first;
  r.retries = retries;
  r.ambiguous = retries > 0;
  return r;
}

ExchangeRecord of_request(const EchoRequest& q, Stamp first,
                          std::uint32_t repeats) {
  ExchangeRecord r;
  r.kind = ExchangeKind::icmp_echo;
  r.vantage = q.vantage;
  r.client = q.requester;
  r.server = q.responder;
  r.id = q.id;
  r.sequence = q.sequence;
  r.start = first;
  r.retries = repeats;
  r.ambiguous = repeats > 0;
  return r;
}

}  // namespace

ExchangeRecord exchange_record(const DnsAnswer& answer, Stamp now) {
  constexpr std::uint8_t kNoError = 0, kNameError = 3;  // RFC 1035 4.1.1
  ExchangeRecord r =
      of_question(answer.question, now - answer.since_first, answer.retries);
  r.code = answer.rcode;
  const bool well = answer.rcode == kNoError || answer.rcode == kNameError;
  r.outcome = well ? ExchangeOutcome::answered : ExchangeOutcome::failed;
  r.elapsed = answer.since_first;
  r.rtt = answer.since_last;
  return r;
}

ExchangeRecord exchange_record(const DnsUnanswered& question) {
  ExchangeRecord r =
      of_question(question.question, question.first, question.retries);
  r.outcome = ExchangeOutcome::unanswered;
  return r;
}

ExchangeRecord exchange_record(const EchoReply& reply, Stamp now) {
  ExchangeRecord r =
      of_request(reply.request, now - reply.since_first, reply.repeats);
  r.elapsed = reply.since_first;
  r.rtt = reply.since_last;
  return r;
}

ExchangeRecord exchange_record(const EchoUnanswered& request) {
  ExchangeRecord r =
      of_request(request.request, request.first, request.repeats);
  r.outcome = ExchangeOutcome::unanswered;
  return r;
}

ExchangeRecord exchange_record(const QuicSample& sample, Dir dir,
                               const Segment& ended) {
  ExchangeRecord r;
  r.kind = ExchangeKind::quic;
  r.vantage = ended.vantage;
  const bool by_client = dir == Dir::c2s;
  r.client = by_client ? ended.source : ended.destination;
  r.server = by_client ? ended.destination : ended.source;
  r.client_port = by_client ? ended.source_port : ended.destination_port;
  r.server_port = by_client ? ended.destination_port : ended.source_port;
  r.span = sample.span;
  r.rtt_class = sample.rtt_class;
  r.ambiguous = sample.ambiguous;
  r.rtt = sample.rtt;
  r.elapsed = sample.rtt + sample.spread;
  r.start = ended.time - *r.elapsed;
  return r;
}

std::optional<ExchangeRecord> exchange_record(const TlsHandshake& tls,
                                              const FlowRecord& flow) {
  if (!tls.client_hello || !tls.server_hello) return std::nullopt;
  ExchangeRecord r;
  r.kind = ExchangeKind::tls;
  r.vantage = flow.vantage;
  r.client = flow.client;
  r.server = flow.server;
  r.client_port = flow.client_port;
  r.server_port = flow.server_port;
  r.flow = flow.id;
  r.name = tls.server_name.view();
  r.start = *tls.client_hello;
  r.rtt_class = QuicRttClass::handshake;
  r.elapsed = *tls.server_hello - *tls.client_hello;
  r.rtt = *tls.server_hello - tls.retried_hello.value_or(*tls.client_hello);
  r.service = flow.tls->server;
  return r;
}

}  // namespace netlat
