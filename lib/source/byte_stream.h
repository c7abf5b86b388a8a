#pragma once
// Octets in order, wherever they come from.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "netlat/base/bytes.h"
#include "netlat/base/result.h"

namespace netlat {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Puts at least one octet at the front of `into` and says how many; 0 at
  /// the end.  After an error or the end it is not called again.
  /// Requires: `into` is not empty.
  virtual Result<std::size_t> read(std::span<std::uint8_t> into) = 0;
};

/// Octets already in memory; they outlive the stream.
class MemoryStream final : public ByteStream {
 public:
  explicit MemoryStream(Bytes bytes) : rest_(bytes) {}

  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    const std::size_t n = std::min(into.size(), rest_.size());
    std::copy_n(rest_.begin(), n, into.begin());
    rest_ = rest_.subspan(n);
    return n;
  }

 private:
  Bytes rest_;
};

/// Octets that were read to see what follows, then what follows.
class ResumedStream final : public ByteStream {
 public:
  ResumedStream(std::vector<std::uint8_t> head,
                std::unique_ptr<ByteStream> rest)
      : head_(std::move(head)), rest_(std::move(rest)) {}

  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    if (given_ == head_.size()) return rest_->read(into);
    const std::size_t n = std::min(into.size(), head_.size() - given_);
    std::memcpy(into.data(), head_.data() + given_, n);
    given_ += n;
    return n;
  }

 private:
  std::vector<std::uint8_t> head_;
  std::size_t given_ = 0;
  std::unique_ptr<ByteStream> rest_;
};

}  // namespace netlat
