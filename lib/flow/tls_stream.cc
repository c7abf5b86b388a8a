#include "netlat/flow/tls_stream.h"

#include <algorithm>

namespace netlat {
namespace {

constexpr std::size_t kRecordHeader = 5;
constexpr std::size_t kMessageHeader = 4;
// 2^14 and what compression and encryption may add (RFC 5246 6.2.3).
constexpr std::uint16_t kMaxRecord = 16384 + 2048;

bool is_record_header(const std::uint8_t* p) {
  const std::uint16_t length = load_be16(p + 3);
  return p[0] >= 20 && p[0] <= 24 && p[1] == 3 && p[2] <= 4 && length > 0 &&
         length <= kMaxRecord;
}

}  // namespace

void TlsStream::begin_segment(const StreamPiece& piece) {
  if (!lost_ || piece.seen.size() < kRecordHeader) return;
  if (!is_record_header(piece.seen.data())) return;
  lost_ = false;
  opaque_ = true;
  message_open_ = false;
  record_left_ = 0;
  record_header_.have = 0;
}

bool TlsStream::next(StreamPiece& piece, TlsEvent& event) {
  for (;;) {
    if (message_open_ && message_left_ == 0) {
      message_open_ = false;
      if (hello_open()) hello_.end();
      event.kind = TlsEvent::Kind::message_end;
      event.message = message_;
      return true;
    }
    if (lost_ || piece.size() == 0) return false;
    if (record_left_ == 0) {
      if (piece.seen.empty()) {
        lost_ = was_lost_ = true;
        return false;
      }
      record_header_.octets[record_header_.have++] = piece.seen[0];
      piece.take(1);
      if (record_header_.have < kRecordHeader) continue;
      on_record_header(event);
      return true;
    }
    if (readable_ && !opaque_) {
      if (read_message(piece, event)) return true;
    } else {
      const auto n = std::min<std::uint64_t>(record_left_, piece.size());
      piece.take(n);
      record_left_ -= static_cast<std::uint32_t>(n);
    }
  }
}

void TlsStream::on_record_header(TlsEvent& event) {
  record_header_.have = 0;
  const std::uint8_t* header = record_header_.octets.data();
  if (!is_record_header(header)) {
    lost_ = true;
    message_open_ = false;
    event.kind = TlsEvent::Kind::not_a_record;
    return;
  }
  event.kind = TlsEvent::Kind::record;
  event.record = static_cast<TlsRecordType>(header[0]);
  event.length = load_be16(header + 3);
  record_left_ = event.length;
  readable_ = event.record == TlsRecordType::handshake;
}

// One step within a record of handshake messages; true when a message header
// became whole.  Requires: piece and record are not at their end.
bool TlsStream::read_message(StreamPiece& piece, TlsEvent& event) {
  if (message_open_) {
    read_message_body(piece);
    return false;
  }
  if (piece.seen.empty()) {
    // Records can still be counted over, but not messages in them.
    opaque_ = was_lost_ = true;
    return false;
  }
  Header& header = message_header_;
  header.octets[header.have++] = piece.seen[0];
  piece.take(1);
  --record_left_;
  if (header.have < kMessageHeader) return false;
  header.have = 0;
  message_ = static_cast<TlsMessageType>(header.octets[0]);
  message_left_ = load_be24(&header.octets[1]);
  message_open_ = true;
  if (hello_open()) hello_ = TlsHello(sender_);
  event.kind = TlsEvent::Kind::message;
  event.message = message_;
  return true;
}

void TlsStream::read_message_body(StreamPiece& piece) {
  const std::uint64_t n = std::min<std::uint64_t>(
      std::min(message_left_, record_left_), piece.size());
  const StreamPiece part = piece.take(n);
  message_left_ -= static_cast<std::uint32_t>(n);
  record_left_ -= static_cast<std::uint32_t>(n);
  if (hello_open()) hello_.advance(part);
}

bool TlsStream::hello_open() const {
  return message_ == (sender_ == TlsHello::Sender::client
                          ? TlsMessageType::client_hello
                          : TlsMessageType::server_hello);
}

}  // namespace netlat
