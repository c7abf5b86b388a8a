#include "netlat/flow/tls_hello.h"

#include <algorithm>

namespace netlat {
namespace {

constexpr std::uint16_t kServerName = 0;
constexpr std::uint16_t kPreSharedKey = 41;
constexpr std::uint16_t kEarlyData = 42;
constexpr std::uint16_t kSupportedVersions = 43;

// The random of a HelloRetryRequest is SHA-256 of that word (RFC 8446 4.1.3).
// Its first eight octets decide: they remain where the rest is cut off.
constexpr std::size_t kRandom = 32;
constexpr std::array<std::uint8_t, 8> kRetryRandom = {0xcf, 0x21, 0xad, 0x74,
                                                      0xe5, 0x9a, 0x61, 0x11};

}  // namespace

void TlsHello::advance(StreamPiece piece) {
  while (field_ != Field::none && piece.size() > 0) {
    if (skip_ > 0) {
      const auto n = std::min<std::uint64_t>(skip_, piece.size());
      piece.take(n);
      skip_ -= static_cast<std::uint32_t>(n);
      continue;
    }
    if (piece.seen.empty()) return stop();
    on_octet(piece.seen[0]);
    piece.take(1);
  }
}

void TlsHello::end() {
  // A hello of TLS 1.2 or before may end where extensions would begin.
  if (field_ == Field::extensions_length && have_ == 0 && skip_ == 0) {
    facts_.complete = true;
  }
  stop();
}

void TlsHello::stop() {
  if (field_ == Field::server_name) facts_.server_name.clear();
  field_ = Field::none;
}

void TlsHello::on_octet(std::uint8_t octet) {
  if (field_ == Field::server_name) {
    facts_.server_name.push(octet);
  } else {
    scratch_[have_] = octet;
  }
  if (++have_ == wanted_) on_field();
}

void TlsHello::on_field() {
  switch (field_) {
    case Field::version:
      facts_.legacy_version = load_be16(scratch_.data());
      return collect(Field::random, kRetryRandom.size());
    case Field::random:
      facts_.random_seen = true;
      facts_.retry =
          sender_ == Sender::server &&
          std::equal(kRetryRandom.begin(), kRetryRandom.end(), &scratch_[0]);
      skip_ = kRandom - kRetryRandom.size();
      return collect(Field::session_id_length, 1);
    case Field::session_id_length:
      skip_ = scratch_[0];
      return sender_ == Sender::client
                 ? collect(Field::cipher_suites_length, 2)
                 : collect(Field::cipher_and_compression, 3);
    case Field::cipher_suites_length:
      skip_ = load_be16(scratch_.data());
      return collect(Field::compression_length, 1);
    case Field::compression_length:
      skip_ = scratch_[0];
      return collect(Field::extensions_length, 2);
    case Field::cipher_and_compression:
      return collect(Field::extensions_length, 2);
    case Field::extensions_length:
      extensions_ = load_be16(scratch_.data());
      return next_extension(0);
    case Field::extension:
      return on_extension();
    case Field::server_name_header:
      return on_server_name_header();
    case Field::server_name:
      return next_extension(body_);
    case Field::selected_version:
      facts_.selected_version = load_be16(scratch_.data());
      return next_extension(body_);
    case Field::none:
      return;
  }
}

// `skip` octets remain of the extension before.
void TlsHello::next_extension(std::uint32_t skip) {
  skip_ = skip;
  if (extensions_ == 0) {
    facts_.complete = true;
    field_ = Field::none;
  } else if (extensions_ < 4) {
    field_ = Field::none;
  } else {
    extensions_ -= 4;
    collect(Field::extension, 4);
  }
}

void TlsHello::on_extension() {
  const std::uint16_t type = load_be16(&scratch_[0]);
  body_ = load_be16(&scratch_[2]);
  if (body_ > extensions_) {
    field_ = Field::none;
    return;
  }
  extensions_ -= body_;
  const bool client = sender_ == Sender::client;
  if (client && type == kServerName && body_ >= 5) {
    return collect(Field::server_name_header, 5);
  }
  if (!client && type == kSupportedVersions && body_ >= 2) {
    body_ -= 2;
    return collect(Field::selected_version, 2);
  }
  if (client && type == kEarlyData) facts_.early_data = true;
  if (!client && type == kPreSharedKey) facts_.pre_shared_key = true;
  next_extension(body_);
}

// List length, type of the first name, its length.
void TlsHello::on_server_name_header() {
  body_ -= 5;
  const bool host_name = scratch_[2] == 0;
  const std::uint16_t length = load_be16(&scratch_[3]);
  if (!host_name || length == 0 || length > kMaxName || length > body_) {
    return next_extension(body_);
  }
  facts_.server_name.clear();
  body_ = static_cast<std::uint16_t>(body_ - length);
  collect(Field::server_name, length);
}

}  // namespace netlat
