#pragma once
// The way out: octets to a file descriptor.

#include <optional>
#include <string>
#include <string_view>

#include "netlat/base/result.h"

namespace netlat {

/// Collects octets and writes them in large pieces.  Short writes and EINTR
/// are resumed and a non-blocking descriptor is waited for.  The first failure
/// ends it: what follows is discarded, so a caller may look once at the end.
/// The descriptor is borrowed and must outlive the Output.
class Output {
 public:
  /// `name` is what errors call it, for example "standard output".
  explicit Output(int fd, std::string name = "standard output");
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  /// Writes out by itself whenever 64 KiB have gathered.
  void append(std::string_view octets) {
    buffer_.append(octets);
    if (buffer_.size() >= kWriteAt) flush();
  }
  /// Everything so far, to the descriptor.  The destructor does not flush.
  void flush();

  /// False once nothing more can be written: stop producing.
  bool usable() const noexcept { return !reader_gone_ && !error_; }
  /// The reader closed its end of the pipe, which is no error of ours.
  bool reader_gone() const noexcept { return reader_gone_; }
  /// Why writing failed, other than for a reader that went away.
  const std::optional<Error>& error() const noexcept { return error_; }

 private:
  static constexpr std::size_t kWriteAt = 64 * 1024;

  int fd_;
  std::string name_;
  std::string buffer_;
  bool reader_gone_ = false;
  std::optional<Error> error_;
};

}  // namespace netlat
