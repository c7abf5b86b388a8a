#include "lib/publish/gzip_body.h"

// zlib then declares its input const.
#define ZLIB_CONST
#include <zlib.h>

namespace netlat {

std::optional<std::string> gzip_body(std::string_view body) {
  z_stream z{};
  constexpr int kGzip = 16;  // added to the window's bits: a gzip header
  constexpr int kMemory = 8;
  if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + kGzip, kMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return std::nullopt;
  }
  std::string out(deflateBound(&z, static_cast<uLong>(body.size())), '\0');
  z.next_in = reinterpret_cast<const Bytef*>(body.data());
  z.avail_in = static_cast<uInt>(body.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  if (done != Z_STREAM_END) return std::nullopt;
  return out;
}

}  // namespace netlat
