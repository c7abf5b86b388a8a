#pragma once
// One JSON object a line, written fast.
//
// Problem: a flow record has some 120 numbers; a general library that builds a
// tree of them costs more than analysing the packets did.  Method: text is
// appended to one buffer that keeps its size between records; key names are
// literals, so each is a copy of a length known to the compiler; integers that
// have one digit, as most have, take a single store.  A comma goes before a
// key or element unless an opening bracket is the last octet written.
//
// Whatever the input, a line is valid JSON of printable ASCII alone: it may be
// shown on a terminal.  Well-formed UTF-8 becomes \uXXXX, and an octet that is
// not part of such becomes \u00XX, which keeps its value readable.

#include <charconv>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include "netlat/report/decimal.h"

namespace netlat {

class JsonWriter {
 public:
  JsonWriter();

  /// Drops what was written and opens {"type":TYPE,"v":1.
  void begin(std::string_view type);
  /// Closes the object; the line with its newline, valid until begin().
  std::string_view finish();

  template <std::size_t N>
  void open_object(const char (&name)[N]) {
    key(name, 1);
    put('{');
  }
  void open_object() {
    separate(2);
    put('{');
  }
  void close_object() {
    *room(1) = '}';
    ++at_;
  }
  template <std::size_t N>
  void open_array(const char (&name)[N]) {
    key(name, 1);
    put('[');
  }
  void close_array() {
    *room(1) = ']';
    ++at_;
  }

  template <std::size_t N, std::integral T>
  void field(const char (&name)[N], T value) {
    key(name, kLongestNumber);
    put_integer(value);
  }
  template <std::size_t N>
  void field(const char (&name)[N], bool value) {
    key(name, 5);
    put_text(value ? std::string_view("true") : std::string_view("false"));
  }
  /// A finite number that need not be whole, in its shortest form.
  template <std::size_t N>
  void real(const char (&name)[N], double value) {
    key(name, kLongestNumber);
    at_ = std::to_chars(at_, end_, value).ptr;
  }
  template <std::size_t N>
  void null(const char (&name)[N]) {
    key(name, 4);
    put_text("null");
  }
  /// nullopt is null.
  template <std::size_t N, class T>
  void field(const char (&name)[N], const std::optional<T>& value) {
    if (value) {
      field(name, *value);
    } else {
      null(name);
    }
  }
  /// Text that is known to need no escape: our own vocabulary, addresses.
  template <std::size_t N>
  void plain(const char (&name)[N], std::string_view text) {
    key(name, text.size() + 2);
    put('"');
    put_text(text);
    put('"');
  }
  /// Members that this class wrote elsewhere, comma first, after another.
  void members(std::string_view written) {
    room(written.size());
    put_text(written);
  }
  /// What was written since begin(); valid until more is.
  std::string_view written() const {
    const char* const line = buffer_.get() + 1;
    return {line, static_cast<std::size_t>(at_ - line)};
  }
  /// Any octets.
  template <std::size_t N>
  void text(const char (&name)[N], std::string_view octets) {
    key(name, 0);
    put_escaped(octets);
  }
  /// The next element of an array: any octets.
  void element(std::string_view octets) {
    separate(0);
    put_escaped(octets);
  }
  /// The same: a number.
  template <std::integral T>
  void element(T value) {
    separate(kLongestNumber);
    put_integer(value);
  }

 private:
  static constexpr std::size_t kLongestNumber = 26;

  // At least n octets to write at the cursor.
  char* room(std::size_t n) {
    if (static_cast<std::size_t>(end_ - at_) < n) grow(n);
    return at_;
  }
  void separate(std::size_t n) {
    char* p = room(n + 1);
    if (p[-1] != '{' && p[-1] != '[' && p[-1] != '\n') *at_++ = ',';
  }
  template <std::size_t N>
  void key(const char (&name)[N], std::size_t value_size) {
    char* p = room(N + 3 + value_size);
    if (p[-1] != '{') *p++ = ',';
    *p++ = '"';
    std::memcpy(p, name, N - 1);
    p += N - 1;
    p[0] = '"';
    p[1] = ':';
    at_ = p + 2;
  }

  // Requires: room was made.
  void put(char c) { *at_++ = c; }
  void put_text(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  template <std::integral T>
  void put_integer(T value) {
    static_assert(kMostDigits + 1 <= kLongestNumber);
    if (value >= 0 && value < 10) {
      *at_++ = static_cast<char>('0' + static_cast<int>(value));
    } else {
      if (value < 0) *at_++ = '-';
      // Two's complement: negating the unsigned value is right for the least.
      const auto bits = static_cast<std::uint64_t>(value);
      at_ = put_decimal(at_, value < 0 ? 0 - bits : bits);
    }
  }

  void put_escaped(std::string_view octets);
  void grow(std::size_t n);

  // The first octet is a newline before the line proper, so that the octet
  // before the cursor can always be looked at.
  std::unique_ptr<char[]> buffer_;
  char* at_;
  char* end_;
};

}  // namespace netlat
