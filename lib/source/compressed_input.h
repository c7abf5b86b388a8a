#pragma once
// The compressed side of a decompressor: a buffer that is refilled when used
// up.

#include <array>
#include <memory>
#include <utility>

#include "lib/source/byte_stream.h"

namespace netlat {

class CompressedInput {
 public:
  explicit CompressedInput(std::unique_ptr<ByteStream> stream)
      : stream_(std::move(stream)) {}

  /// Octets not used yet; empty only when more() has to be called.
  Bytes rest() const { return Bytes(buffer_).subspan(begin_, end_ - begin_); }
  void use(std::size_t n) { begin_ += n; }
  /// Requires: rest() is empty.  False at the end.
  Result<bool> more() {
    if (at_end_) return false;
    auto n = stream_->read(buffer_);
    if (!n) return std::move(n.error());
    begin_ = 0;
    end_ = *n;
    at_end_ = *n == 0;
    return !at_end_;
  }

 private:
  std::unique_ptr<ByteStream> stream_;
  std::array<std::uint8_t, 64 * 1024> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  bool at_end_ = false;
};

}  // namespace netlat
