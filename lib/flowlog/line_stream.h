#pragma once
// A stream of octets as lines, a bounded piece at a time.

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/source/byte_stream.h"

namespace netlat {

struct StreamLine {
  std::string_view text;   ///< without its newline; valid until the next call
  bool terminated = true;  ///< false: the stream ends without a newline here
  bool too_long = false;   ///< `text` is how it begins; the rest is skipped
};

class LineStream {
 public:
  /// The full 42 fields with long names take some 2 KiB.
  static constexpr std::size_t kLongest = 64 * 1024;

  /// `stream` outlives the lines.
  explicit LineStream(ByteStream& stream) : stream_(stream) {
    buffer_.resize(4 * kLongest);
  }

  /// nullopt at the end, or when error() has something.
  std::optional<StreamLine> next() {
    for (;;) {
      const std::size_t from = begin_ + searched_;
      const void* const found =
          std::memchr(buffer_.data() + from, '\n', end_ - from);
      if (found != nullptr) return take(found);
      searched_ = end_ - begin_;
      if (searched_ >= kLongest) return take_long();
      if (!fill()) return take_last();
    }
  }
  /// Of the line given last, from 1.
  std::uint64_t number() const { return number_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  std::string_view view(std::size_t length) const {
    const void* const at = buffer_.data() + begin_;
    return {static_cast<const char*>(at), length};
  }
  StreamLine take(const void* newline) {
    const auto* const at = static_cast<const std::uint8_t*>(newline);
    const auto length = static_cast<std::size_t>(at - buffer_.data()) - begin_;
    const StreamLine line{view(length)};
    begin_ += length + 1;
    searched_ = 0;
    ++number_;
    return line;
  }
  std::optional<StreamLine> take_last() {
    if (begin_ == end_) return std::nullopt;
    const StreamLine line{view(end_ - begin_), false};
    begin_ = end_;
    searched_ = 0;
    ++number_;
    return line;
  }
  StreamLine take_long() {
    head_.assign(view(kHead));
    while (true) {
      const void* const found =
          std::memchr(buffer_.data() + begin_, '\n', end_ - begin_);
      if (found != nullptr) {
        (void)take(found);
        return {head_, true, true};
      }
      begin_ = end_;
      if (!fill()) break;
    }
    searched_ = 0;
    ++number_;
    return {head_, false, true};
  }
  bool fill() {
    if (at_end_) return false;
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    auto n = stream_.read(std::span(buffer_).subspan(end_));
    if (!n) error_ = std::move(n.error());
    if (!n || *n == 0) {
      at_end_ = true;
      return false;
    }
    end_ += *n;
    return true;
  }

  static constexpr std::size_t kHead = 64;

  ByteStream& stream_;
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::size_t searched_ = 0;  // octets from begin_ known to hold no newline
  std::uint64_t number_ = 0;
  std::string head_;
  bool at_end_ = false;
  std::optional<Error> error_;
};

}  // namespace netlat
