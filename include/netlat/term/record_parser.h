#pragma once
// One line of NDJSON to a Record.
//
// Lines come from other programs, perhaps of another version or another
// machine: keys that are missing or of another kind are taken for absent,
// records of types not known here are skipped, and what is no JSON is an
// error that a caller counts and goes on after.

#include <memory>
#include <string_view>

#include "netlat/base/result.h"
#include "netlat/term/records.h"

namespace netlat {

class RecordParser {
 public:
  RecordParser();
  ~RecordParser();
  RecordParser(RecordParser&&) noexcept;
  RecordParser& operator=(RecordParser&&) noexcept;

  /// `line` without its newline.  A record that a screen has no use for is
  /// std::monostate.
  Result<Record> parse(std::string_view line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace netlat
