#include "lib/publish/compressor.h"

#include <zlib.h>
#include <zstd.h>

namespace netlat {

namespace {

class Plain final : public Compressor {
 public:
  const std::string& compress(std::string_view octets) override {
    return out_ = octets;
  }
  std::string_view suffix() const override { return ""; }

 private:
  std::string out_;
};

class Gzip final : public Compressor {
 public:
  Gzip() {
    constexpr int kGzip = 16 + MAX_WBITS, kMemory = 8;
    deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, kMemory,
                 Z_DEFAULT_STRATEGY);
  }
  ~Gzip() override { deflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  const std::string& compress(std::string_view octets) override {
    deflateReset(&stream_);
    out_.resize(deflateBound(&stream_, octets.size()));
    input_ = octets;
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = static_cast<uInt>(input_.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
    stream_.avail_out = static_cast<uInt>(out_.size());
    deflate(&stream_, Z_FINISH);
    out_.resize(stream_.total_out);
    return out_;
  }
  std::string_view suffix() const override { return ".gz"; }

 private:
  z_stream stream_{};
  std::string input_;  // zlib wants it writable
  std::string out_;
};

class Zstd final : public Compressor {
 public:
  Zstd() : context_(ZSTD_createCCtx()) {
    ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, 1);
  }
  ~Zstd() override { ZSTD_freeCCtx(context_); }
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;

  const std::string& compress(std::string_view octets) override {
    out_.resize(ZSTD_compressBound(octets.size()));
    const std::size_t size = ZSTD_compress2(context_, out_.data(), out_.size(),
                                            octets.data(), octets.size());
    out_.resize(ZSTD_isError(size) != 0 ? 0 : size);
    return out_;
  }
  std::string_view suffix() const override { return ".zst"; }

 private:
  ZSTD_CCtx* context_;
  std::string out_;
};

}  // namespace

std::unique_ptr<Compressor> make_compressor(Compression how) {
  switch (how) {
    case Compression::gzip:
      return std::make_unique<Gzip>();
    case Compression::zstd:
      return std::make_unique<Zstd>();
    case Compression::none:
      break;
  }
  return std::make_unique<Plain>();
}

}  // namespace netlat
