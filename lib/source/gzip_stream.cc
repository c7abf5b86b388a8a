// gzip (RFC 1952) through zlib.  A file may hold several members, one after
// the other; octets after the last that begin no member are an error unless
// they are zero, which tape and block copies leave.

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "lib/source/compressed_input.h"
#include "lib/source/compression.h"

namespace netlat {

namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;

class GzipStream final : public ByteStream {
 public:
  explicit GzipStream(std::unique_ptr<ByteStream> compressed)
      : input_(std::move(compressed)) {}
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;
  ~GzipStream() override { inflateEnd(&zlib_); }

  bool start() { return inflateInit2(&zlib_, kGzipOnly) == Z_OK; }

  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    std::size_t produced = 0;
    while (produced == 0 && !failed_) {
      // With a full buffer the decoder may hold output that needs no input.
      if (input_.rest().empty() && !holds_output_) {
        auto more = input_.more();
        if (!more) return std::move(more.error());
        if (!*more) {
          if (between_members_) return std::size_t{0};
          return Error{"the gzip data ends early"};
        }
      }
      if (between_members_ && !input_.rest().empty() && input_.rest()[0] == 0) {
        input_.use(1);
        continue;
      }
      produced = inflate_some(into);
    }
    if (produced > 0) return produced;
    return Error{fmt::format("the gzip data is damaged ({})", why_)};
  }

 private:
  std::size_t inflate_some(std::span<std::uint8_t> into) {
    const Bytes rest = input_.rest();
    zlib_.next_in = const_cast<Bytef*>(rest.data());
    zlib_.avail_in = static_cast<uInt>(rest.size());
    zlib_.next_out = into.data();
    zlib_.avail_out = static_cast<uInt>(
        std::min<std::size_t>(into.size(), std::numeric_limits<uInt>::max()));
    const uInt room = zlib_.avail_out;
    between_members_ = false;
    const int status = inflate(&zlib_, Z_NO_FLUSH);
    input_.use(rest.size() - zlib_.avail_in);
    if (status == Z_STREAM_END) {
      between_members_ = true;
      inflateReset(&zlib_);
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      failed_ = true;
      why_ = zlib_.msg != nullptr ? zlib_.msg : zError(status);
    }
    holds_output_ = zlib_.avail_out == 0 && !between_members_;
    return room - zlib_.avail_out;
  }

  CompressedInput input_;
  z_stream zlib_{};
  bool between_members_ = false;
  bool holds_output_ = false;
  bool failed_ = false;
  std::string why_;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> gzip_stream(
    std::unique_ptr<ByteStream> compressed) {
  auto stream = std::make_unique<GzipStream>(std::move(compressed));
  if (!stream->start()) return Error{"zlib cannot start: out of memory"};
  return std::unique_ptr<ByteStream>(std::move(stream));
}

}  // namespace netlat
