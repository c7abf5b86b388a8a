#pragma once
// The latest samples of one connection, sorted by kind.
//
// Whoever counts samples goes through them kind by kind, with the totals in
// registers and without asking each one what it is.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "netlat/base/time.h"
#include "netlat/measure/sample_kind.h"

namespace netlat {

class SampleLog {
 public:
  /// Samples it has room for, however they are distributed.
  static constexpr std::size_t kMost = 225;
  /// One kind more, which nobody reads: to put something there is cheaper than
  /// to ask whether it is a sample.
  static constexpr std::size_t kNoKind = kSampleKinds;

  struct Long {
    SampleKind kind;
    Nanos value;
  };

  SampleLog() { clear(); }

  void clear() noexcept {
    for (std::size_t kind = 0; kind <= kNoKind; ++kind) {
      end_[kind] = begin(kind);
    }
    long_n_ = 0;
  }
  /// Requires: kind <= kNoKind, ns < 2^kShortBits.
  void add_short(std::size_t kind, std::uint32_t ns) noexcept {
    short_.data()[end_.data()[kind]++] = ns;
  }
  void add_long(SampleKind kind, Nanos value) noexcept {
    long_[long_n_++] = {kind, value};
  }

  /// Those below 2^kShortBits ns.
  std::span<const std::uint32_t> of(SampleKind kind) const noexcept {
    const auto at = static_cast<std::size_t>(kind);
    return {short_.data() + begin(at), end_[at] - begin(at)};
  }
  std::span<const Long> longer() const noexcept {
    return {long_.data(), long_n_};
  }

 private:
  static constexpr std::uint32_t begin(std::size_t kind) noexcept {
    return static_cast<std::uint32_t>(kind * kMost);
  }

  std::array<std::uint32_t, (kNoKind + 1) * kMost> short_;
  std::array<std::uint32_t, kNoKind + 1> end_;  // of each kind's in short_
  std::array<Long, kMost> long_;
  std::size_t long_n_;
};

}  // namespace netlat
