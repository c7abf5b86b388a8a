#include "netlat/report/spool.h"

#include <cerrno>
#include <cstring>
#include <vector>

namespace netlat {

void Spool::append(std::string_view octets) {
  buffer_.append(octets);
  if (buffer_.size() >= kMemory) spill();
}

void Spool::spill() {
  if (!file_) file_.reset(std::tmpfile());
  if (!file_ || std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) !=
                    buffer_.size()) {
    failed_ = true;
  }
  buffer_.clear();
}

Result<void> Spool::drain(Output& out) {
  if (file_) {
    spill();
    constexpr std::size_t kPiece = 1u << 20;
    std::vector<char> piece(kPiece);
    std::rewind(file_.get());
    for (;;) {
      const std::size_t n =
          std::fread(piece.data(), 1, piece.size(), file_.get());
      if (n == 0) break;
      out.append({piece.data(), n});
    }
    failed_ = failed_ || std::ferror(file_.get()) != 0;
    file_.reset();
  }
  out.append(buffer_);
  buffer_.clear();
  if (!failed_) return {};
  return Error{std::string("temporary file: ") + std::strerror(errno) +
               "; some records are missing; set TMPDIR to a roomier place"};
}

}  // namespace netlat
