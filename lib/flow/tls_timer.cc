#include "netlat/flow/tls_timer.h"

#include <algorithm>

namespace netlat {
namespace {

constexpr std::uint16_t kTls13 = 0x0304;

// No handshake is this long: a certificate list of many kilobytes and the
// first records after it fit.
constexpr std::int64_t kMaxOctets = 256 * 1024;

// Handshake header, verify data of SHA-256 or SHA-384, content type and an
// 8 or 16 octet tag (RFC 8446 4.4.4, 5.2; RFC 6655).
bool is_finished_length(std::uint16_t length) {
  return length == 4 + 32 + 1 + 16 || length == 4 + 48 + 1 + 16 ||
         length == 4 + 32 + 1 + 8;
}

// Drafts of 1.3 are 0x7fNN.
bool is_tls13(std::uint16_t version) {
  return version >= kTls13;
}

bool may_begin_client_hello(Bytes octets) {
  constexpr std::uint8_t kHandshake = 22;
  return !octets.empty() && octets[0] == kHandshake &&
         (octets.size() < 2 || octets[1] == 3) &&
         (octets.size() < 6 || octets[5] == 1);
}

}  // namespace

const char* tls_version_name(std::uint16_t version) {
  switch (version) {
    case 0x0304:
      return "1.3";
    case 0x0303:
      return "1.2";
    case 0x0302:
      return "1.1";
    case 0x0301:
      return "1.0";
    case 0x0300:
      return "SSL 3.0";
    default:
      return version >> 8 == 0x7f ? "1.3 draft" : "";
  }
}

TlsTimer::State TlsTimer::advance(Dir dir, Stamp now, std::int64_t offset,
                                  Bytes captured, std::uint32_t length) {
  std::int64_t& expected = expected_[static_cast<std::size_t>(dir)];
  if (finished() || offset < 0) return state_;
  if (offset > kMaxOctets) {
    state_ = state_ == State::waiting ? State::not_tls : State::done;
    return state_;
  }
  const std::int64_t end = offset + length;
  if (end <= expected) return state_;
  captured = captured.first(std::min<std::size_t>(captured.size(), length));
  if (offset < expected) {
    const auto known = static_cast<std::size_t>(expected - offset);
    captured = captured.subspan(std::min(known, captured.size()));
    offset = expected;
  }
  const auto missing = static_cast<std::uint64_t>(offset - expected);
  const auto octets = static_cast<std::uint64_t>(end - offset);
  expected = end;
  if (state_ == State::waiting) {
    const bool tls =
        dir == Dir::c2s && missing == 0 && may_begin_client_hello(captured);
    state_ = tls ? State::handshake : State::not_tls;
  }
  if (!finished() && missing > 0) {
    feed(dir, {{}, missing}, {now, false});
  }
  if (!finished()) {
    feed(dir, {captured, octets - captured.size()}, {now, true});
  }
  return state_;
}

void TlsTimer::feed(Dir dir, StreamPiece piece, Moment moment) {
  TlsStream& stream = dir == Dir::c2s ? client_ : server_;
  stream.begin_segment(piece);
  TlsEvent event;
  while (!finished() && stream.next(piece, event)) {
    on_event(dir, event, moment);
  }
  if (dir == Dir::s2c && moment.seen && server_answered_) {
    last_server_payload_ = moment.time;
  }
}

void TlsTimer::on_event(Dir dir, const TlsEvent& event, Moment moment) {
  const bool from_client = dir == Dir::c2s;
  switch (event.kind) {
    case TlsEvent::Kind::not_a_record:
      if (client_hellos_ == 0) {
        state_ = State::not_tls;
      } else if (!(from_client ? client_ : server_).lost_place()) {
        state_ = State::done;
      }
      return;
    case TlsEvent::Kind::record:
      from_client ? on_client_record(event, moment.time)
                  : on_server_record(event, moment.time);
      return finish_if_complete();
    case TlsEvent::Kind::message:
      return on_message(dir, event.message, moment.time);
    case TlsEvent::Kind::message_end:
      if (from_client && event.message == TlsMessageType::client_hello) {
        on_client_hello_end(moment);
      } else if (!from_client &&
                 event.message == TlsMessageType::server_hello) {
        on_server_hello_end();
      }
      return finish_if_complete();
  }
}

void TlsTimer::on_message(Dir dir, TlsMessageType type, Stamp now) {
  if (dir == Dir::s2c) {
    if (type == TlsMessageType::server_hello && !server_answered_) {
      server_answered_ = true;
      result_.server_hello = now;
    } else if (type == TlsMessageType::server_hello_done) {
      server_hello_done_ = true;
    }
    return;
  }
  if (type != TlsMessageType::client_hello) {
    if (client_hellos_ == 0) state_ = State::not_tls;
    return;
  }
  if (client_hellos_ < 2) ++client_hellos_;
}

void TlsTimer::on_client_hello_end(Moment moment) {
  const TlsHelloFacts& hello = client_.hello();
  if (moment.seen) {
    auto& when =
        client_hellos_ == 1 ? result_.client_hello : result_.retried_hello;
    when = moment.time;
  }
  if (!hello.server_name.empty()) result_.server_name = hello.server_name;
  result_.early_data = hello.early_data;
}

void TlsTimer::on_server_hello_end() {
  const TlsHelloFacts& hello = server_.hello();
  if (!hello.random_seen) {
    // It may as well be a HelloRetryRequest, so its time means nothing.
    result_.server_hello.reset();
    state_ = State::done;
  } else if (hello.retry) {
    server_answered_ = false;
    result_.hello_retry = result_.server_hello;
    result_.server_hello.reset();
  } else if (hello.complete) {
    result_.version = hello.selected_version != 0 ? hello.selected_version
                                                  : hello.legacy_version;
    if (is_tls13(result_.version)) result_.resumed = hello.pre_shared_key;
  }
}

void TlsTimer::on_client_record(const TlsEvent& event, Stamp now) {
  const bool app_data = event.record == TlsRecordType::application_data;
  if (!server_answered_) {
    if (app_data && result_.early_data && !result_.client_app_data) {
      result_.client_app_data = now;
    }
    return;
  }
  if (event.record == TlsRecordType::change_cipher_spec) client_.encrypt();
  const bool reply = event.record != TlsRecordType::change_cipher_spec ||
                     (result_.version != 0 && !is_tls13(result_.version));
  if (result_.early_data || !reply) return;
  if (!result_.client_reply) on_client_reply(event.record, now);
  if (!app_data || result_.client_app_data) return;
  if (!is_tls13(result_.version) || client_finished_) {
    result_.client_app_data = now;
  } else {
    client_finished_ = is_finished_length(event.length);
  }
}

void TlsTimer::on_client_reply(TlsRecordType type, Stamp now) {
  result_.client_reply = now;
  result_.server_flight = last_server_payload_;
  if (result_.version != 0) return;
  // The ServerHello was cut off, but only 1.3 hides the client's Finished.
  if (type == TlsRecordType::application_data) {
    result_.version = kTls13;
  } else if (type == TlsRecordType::handshake) {
    result_.version = server_.hello().legacy_version;
  }
}

void TlsTimer::on_server_record(const TlsEvent& event, Stamp now) {
  if (!server_answered_) return;
  const bool cipher = event.record == TlsRecordType::change_cipher_spec;
  const bool app_data = event.record == TlsRecordType::application_data;
  if (cipher) server_.encrypt();
  if (result_.version == 0) return;
  if (is_tls13(result_.version)) {
    if (app_data && result_.client_app_data && !result_.server_app_data) {
      result_.server_app_data = now;
    }
    return;
  }
  if (cipher && !result_.resumed && !server_.lost_place()) {
    result_.resumed = !server_hello_done_;
  }
  const bool answer = cipher || event.record == TlsRecordType::handshake;
  if (answer && result_.client_reply && !result_.server_finished) {
    result_.server_finished = now;
  }
  if (app_data && !result_.server_app_data) result_.server_app_data = now;
}

void TlsTimer::finish_if_complete() {
  const bool all = result_.client_app_data && result_.server_app_data;
  // After 0-RTT data nothing that follows can be told apart.
  const bool blind = result_.early_data && is_tls13(result_.version);
  if (all || blind) state_ = State::done;
}

}  // namespace netlat
