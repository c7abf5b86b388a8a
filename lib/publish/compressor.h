#pragma once
// Octets to a whole gzip member or zstd frame: what is decompressed alone or
// one after the other.

#include <memory>
#include <string>
#include <string_view>

#include "netlat/publish/rotating_files.h"

namespace netlat {

class Compressor {
 public:
  virtual ~Compressor() = default;
  /// Valid until the next call.
  virtual const std::string& compress(std::string_view octets) = 0;
  /// Of file names: ".gz".
  virtual std::string_view suffix() const = 0;
};

std::unique_ptr<Compressor> make_compressor(Compression how);

}  // namespace netlat
