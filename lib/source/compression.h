#pragma once
// Compressed captures, known by their first octets and never by their name.

#include <memory>
#include <string>

#include "lib/source/byte_stream.h"

namespace netlat {

struct PlainStream {
  std::unique_ptr<ByteStream> bytes;
  std::string suffix;  ///< "", "+gz", "+zst", "+lz4"
};

/// The stream without its compression.  Concatenated members are one stream,
/// as the compressors' own tools read them.  Fails for compression that is
/// known but not read here, with the command to undo it; `path` is for that
/// command only.
Result<PlainStream> decompressed(std::unique_ptr<ByteStream> stream,
                                 const std::string& path);

// One adapter each.  Each keeps one buffer of input, so memory does not grow
// with what the octets expand to.  A cut-off or damaged end gives what could
// be decoded, then the error.
Result<std::unique_ptr<ByteStream>> gzip_stream(
    std::unique_ptr<ByteStream> compressed);
Result<std::unique_ptr<ByteStream>> zstd_stream(
    std::unique_ptr<ByteStream> compressed);
Result<std::unique_ptr<ByteStream>> lz4_stream(
    std::unique_ptr<ByteStream> compressed);

}  // namespace netlat
