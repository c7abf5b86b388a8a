// LZ4 frames through liblz4, concatenated and skippable frames included.  The
// decoder is fed one block at a time, as it asks for: when it finds damage it
// withholds all output of that call.

#include <fmt/format.h>
#include <lz4frame.h>

#include <algorithm>

#include "lib/source/compressed_input.h"
#include "lib/source/compression.h"

namespace netlat {

namespace {

/// Enough to see how long a frame header is.
constexpr std::size_t kFrameStart = 5;
/// What the decoder asks for beyond a block: the header of the next.
constexpr std::size_t kBlockHeader = 4;

class Lz4Stream final : public ByteStream {
 public:
  explicit Lz4Stream(std::unique_ptr<ByteStream> compressed)
      : input_(std::move(compressed)) {}
  Lz4Stream(const Lz4Stream&) = delete;
  Lz4Stream& operator=(const Lz4Stream&) = delete;
  ~Lz4Stream() override { LZ4F_freeDecompressionContext(context_); }

  bool start() {
    return LZ4F_isError(
               LZ4F_createDecompressionContext(&context_, LZ4F_VERSION)) == 0;
  }

  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    for (;;) {
      // With a full buffer the decoder may hold output that needs no input.
      if (input_.rest().empty() && !holds_output_) {
        auto more = input_.more();
        if (!more) return std::move(more.error());
        if (!*more) {
          if (between_frames_) return std::size_t{0};
          return Error{"the lz4 data ends early"};
        }
      }
      const Bytes rest =
          input_.rest().first(std::min(input_.rest().size(), asked_for_));
      std::size_t used = rest.size();
      std::size_t produced = into.size();
      const std::size_t status = LZ4F_decompress(
          context_, into.data(), &produced, rest.data(), &used, nullptr);
      if (LZ4F_isError(status) != 0) {
        return Error{fmt::format("the lz4 data is damaged ({})",
                                 LZ4F_getErrorName(status))};
      }
      input_.use(used);
      between_frames_ = status == 0;
      asked_for_ = between_frames_         ? kFrameStart
                   : status > kBlockHeader ? status - kBlockHeader
                                           : status;
      holds_output_ = produced == into.size() && !between_frames_;
      if (produced > 0) return produced;
    }
  }

 private:
  CompressedInput input_;
  LZ4F_dctx* context_ = nullptr;
  std::size_t asked_for_ = kFrameStart;
  bool between_frames_ = false;
  bool holds_output_ = false;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> lz4_stream(
    std::unique_ptr<ByteStream> compressed) {
  auto stream = std::make_unique<Lz4Stream>(std::move(compressed));
  if (!stream->start()) return Error{"liblz4 cannot start: out of memory"};
  return std::unique_ptr<ByteStream>(std::move(stream));
}

}  // namespace netlat
