#pragma once
// Lines that must wait for lines not yet known.
//
// The capture records, with every packet accounted for, come first, yet what
// is evicted or written segment by segment is known earlier.  It waits here:
// in memory up to kMemory octets, beyond that in an unnamed temporary file.

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "netlat/base/result.h"
#include "netlat/report/output.h"

namespace netlat {

class Spool {
 public:
  static constexpr std::size_t kMemory = 64u << 20;

  void append(std::string_view octets);
  /// Everything appended, in order; empty afterwards.  Fails if the temporary
  /// file could not be made, written or read back: then a part is missing.
  Result<void> drain(Output& out);

 private:
  struct Close {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
  };
  void spill();

  std::string buffer_;
  std::unique_ptr<std::FILE, Close> file_;
  bool failed_ = false;
};

}  // namespace netlat
