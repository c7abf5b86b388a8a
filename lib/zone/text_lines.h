#pragma once
// The lines of a file or of text, a bounded piece at a time.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "netlat/base/result.h"

namespace netlat {

struct TextLine {
  std::string_view text;   ///< without its newline; valid until the next call
  bool terminated = true;  ///< false: the file ends without a newline here
};

class TextLines {
 public:
  /// A longer line is no line of a map; reading ends with an error.
  static constexpr std::size_t kLongest = 64 * 1024;

  /// "-" is standard input.
  static Result<TextLines> open(const std::string& path);
  explicit TextLines(std::string text) : buffer_(std::move(text)) {}
  TextLines(TextLines&& other) noexcept;
  TextLines& operator=(TextLines&&) = delete;
  ~TextLines();

  /// nullopt at the end, or when error() has something.
  std::optional<TextLine> next();
  /// Of the line given last, from 1.
  std::uint32_t number() const { return number_; }
  const std::optional<Error>& error() const { return error_; }
  /// Tells apart files that are the same by two names; 0 for text.
  std::uint64_t device() const { return device_; }
  std::uint64_t inode() const { return inode_; }

 private:
  TextLines() = default;
  bool fill();

  int fd_ = -1;
  bool at_end_ = false;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::uint32_t number_ = 0;
  std::uint64_t device_ = 0, inode_ = 0;
  std::optional<Error> error_;
};

}  // namespace netlat
