#pragma once
// The log entries of a stream of JSON, as text, one at a time.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/source/byte_stream.h"

namespace netlat {

struct LogEntry {
  std::string_view text;   ///< valid until the next call
  std::uint64_t line = 0;  ///< where it begins, from 1
  bool damaged = false;    ///< brackets do not match, or it never ends
  bool too_long = false;
};

class EntryStream {
 public:
  static constexpr std::size_t kLongest = std::size_t{16} << 20;
  static constexpr std::size_t kDeepest = 64;

  /// `stream` outlives the entries.
  explicit EntryStream(ByteStream& stream) : stream_(stream) {
    buffer_.resize(64 * 1024);
  }

  /// nullopt at the end, or when error() has something.
  std::optional<LogEntry> next();
  std::uint64_t line() const { return line_; }
  const std::optional<Error>& error() const { return error_; }
  /// The stream ended within a list or an object.
  bool cut_off() const { return cut_off_; }

 private:
  enum class Step : std::uint8_t { more, entry, damaged, again };

  bool fill();
  Step step(char c);
  Step open(char c);
  Step close(char c);
  void begin_entry();
  bool in_entry() const { return entry_depth_.has_value(); }
  bool opens_list_of_entries(char c) const;
  void reset();
  LogEntry give(bool damaged);

  ByteStream& stream_;
  std::vector<std::uint8_t> buffer_;
  std::size_t at_ = 0, size_ = 0;
  std::uint64_t line_ = 1;
  bool line_begins_ = true;

  std::string brackets_;                    // open, outermost first
  std::size_t list_depth_ = 0;              // entries begin at this depth
  std::optional<std::size_t> entry_depth_;  // brackets around the entry
  std::string text_;
  std::uint64_t entry_line_ = 0;
  bool in_string_ = false, escaped_ = false, after_colon_ = false;
  bool given_ = false;     // text_ is the caller's until the next call
  bool skipping_ = false;  // the entry is too long to be kept
  std::string string_;     // the last one, as far as a key may go
  bool ended_ = false, cut_off_ = false;
  std::optional<Error> error_;
};

}  // namespace netlat
