// Zstandard frames (RFC 8878) through libzstd, concatenated and skippable
// frames included.  The decoder is fed one block at a time, as it asks for:
// when it finds damage it withholds all output of that call.

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>

#include "lib/source/compressed_input.h"
#include "lib/source/compression.h"

namespace netlat {

namespace {

// What `zstd -d` accepts without being told to use more: 128 MiB.
constexpr int kLongestWindowLog = 27;

/// Enough to see how long a frame header is.
constexpr std::size_t kFrameStart = 5;
/// What the decoder asks for beyond a block: the header of the next.
constexpr std::size_t kBlockHeader = 3;

struct FreeContext {
  void operator()(ZSTD_DStream* context) const { ZSTD_freeDStream(context); }
};

class ZstdStream final : public ByteStream {
 public:
  explicit ZstdStream(std::unique_ptr<ByteStream> compressed)
      : input_(std::move(compressed)), context_(ZSTD_createDStream()) {}

  bool start() {
    return context_ &&
           ZSTD_isError(ZSTD_DCtx_setParameter(
               context_.get(), ZSTD_d_windowLogMax, kLongestWindowLog)) == 0;
  }

  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    while (out.pos == 0) {
      // With a full buffer the decoder may hold output that needs no input.
      if (input_.rest().empty() && !holds_output_) {
        auto more = input_.more();
        if (!more) return std::move(more.error());
        if (!*more) {
          if (between_frames_) return std::size_t{0};
          return Error{"the zstd data ends early"};
        }
      }
      const Bytes rest =
          input_.rest().first(std::min(input_.rest().size(), asked_for_));
      ZSTD_inBuffer in{rest.data(), rest.size(), 0};
      const std::size_t status =
          ZSTD_decompressStream(context_.get(), &out, &in);
      input_.use(in.pos);
      if (ZSTD_isError(status) != 0) {
        return Error{fmt::format("the zstd data is damaged ({})",
                                 ZSTD_getErrorName(status))};
      }
      between_frames_ = status == 0;
      asked_for_ = between_frames_         ? kFrameStart
                   : status > kBlockHeader ? status - kBlockHeader
                                           : status;
      holds_output_ = out.pos == out.size && !between_frames_;
    }
    return out.pos;
  }

 private:
  CompressedInput input_;
  std::unique_ptr<ZSTD_DStream, FreeContext> context_;
  std::size_t asked_for_ = kFrameStart;
  bool between_frames_ = false;
  bool holds_output_ = false;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> zstd_stream(
    std::unique_ptr<ByteStream> compressed) {
  auto stream = std::make_unique<ZstdStream>(std::move(compressed));
  if (!stream->start()) return Error{"libzstd cannot start: out of memory"};
  return std::unique_ptr<ByteStream>(std::move(stream));
}

}  // namespace netlat
