#include "netlat/report/json_writer.h"

#include <algorithm>

#include "lib/report/utf8.h"

namespace netlat {

namespace {

constexpr std::size_t kFirstSize = 8 * 1024;
constexpr char kHex[] = "0123456789abcdef";

bool needs_escape(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet < 0x20 || octet > 0x7e || c == '"' || c == '\\';
}

// \uXXXX for one UTF-16 unit.
char* put_unit(char* p, std::uint32_t unit) {
  *p++ = '\\';
  *p++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4) {
    *p++ = kHex[unit >> shift & 0xf];
  }
  return p;
}

char* put_code_point(char* p, std::uint32_t code) {
  if (code < 0x10000) return put_unit(p, code);
  code -= 0x10000;  // a surrogate pair (RFC 8259 7)
  p = put_unit(p, 0xd800 + (code >> 10));
  return put_unit(p, 0xdc00 + (code & 0x3ff));
}

}  // namespace

JsonWriter::JsonWriter()
    : buffer_(new char[kFirstSize]),
      at_(buffer_.get()),
      end_(at_ + kFirstSize) {
  put('\n');
}

void JsonWriter::begin(std::string_view type) {
  at_ = buffer_.get() + 1;
  room(1);
  put('{');
  plain("type", type);
  field("v", 1);
}

std::string_view JsonWriter::finish() {
  room(2);
  put_text("}\n");
  return written();
}

void JsonWriter::grow(std::size_t n) {
  const auto used = static_cast<std::size_t>(at_ - buffer_.get());
  const auto size = static_cast<std::size_t>(end_ - buffer_.get());
  const std::size_t larger = std::max(size * 2, used + n);
  std::unique_ptr<char[]> bigger(new char[larger]);
  std::memcpy(bigger.get(), buffer_.get(), used);
  buffer_ = std::move(bigger);
  at_ = buffer_.get() + used;
  end_ = buffer_.get() + larger;
}

void JsonWriter::put_escaped(std::string_view octets) {
  room(octets.size() * 6 + 2);  // \uXXXX an octet is the longest form
  put('"');
  while (!octets.empty()) {
    const auto stop = std::find_if(octets.begin(), octets.end(), needs_escape);
    const auto clean = static_cast<std::size_t>(stop - octets.begin());
    put_text(octets.substr(0, clean));
    octets.remove_prefix(clean);
    if (octets.empty()) break;
    if (octets[0] == '"' || octets[0] == '\\') {
      put('\\');
      put(octets[0]);
      octets.remove_prefix(1);
      continue;
    }
    const Utf8Step step = decode_utf8(octets);
    at_ = put_code_point(at_, step.code);
    octets.remove_prefix(step.length);
  }
  put('"');
}

}  // namespace netlat
