#pragma once
// The part of a stream that is in memory: unread octets, contiguous.

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "lib/source/byte_stream.h"

namespace netlat {

class Window {
 public:
  /// Room for some thousand packets and still within the second-level cache.
  static constexpr std::size_t kCapacity = 256 * 1024;

  /// `capacity` is where it starts; a longer record makes it grow, and only
  /// as fast as octets arrive, so that a false length costs nothing.
  explicit Window(std::unique_ptr<ByteStream> stream,
                  std::size_t capacity = kCapacity);

  /// Valid until the next fill() or skip().
  Bytes available() const { return {buffer_.get() + begin_, end_ - begin_}; }
  /// Position of the first available octet in the stream.
  std::uint64_t offset() const { return offset_; }
  /// Requires: `n` octets are available.
  void consume(std::size_t n) {
    begin_ += n;
    offset_ += n;
  }
  /// Reads until `n` octets are available; false when the stream ends first.
  bool fill(std::size_t n);
  /// Passes over `n` octets; false when the stream ends first.
  bool skip(std::uint64_t n);
  /// Why the stream ended, if not at its end.
  const std::optional<Error>& error() const { return error_; }

 private:
  bool read_more();

  std::unique_ptr<ByteStream> stream_;
  std::size_t capacity_;
  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t offset_ = 0;
  bool at_end_ = false;
  std::optional<Error> error_;
};

}  // namespace netlat
