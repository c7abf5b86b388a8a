#pragma once
// A file, a FIFO or standard input as a stream of octets.

#include <memory>
#include <optional>
#include <string>

#include "lib/source/byte_stream.h"

namespace netlat {

class FileStream final : public ByteStream {
 public:
  /// "-" is standard input.  Refuses directories and terminals.  Errors do
  /// not name the path.
  static Result<std::unique_ptr<FileStream>> open(const std::string& path);
  FileStream(const FileStream&) = delete;
  FileStream& operator=(const FileStream&) = delete;
  ~FileStream() override;

  Result<std::size_t> read(std::span<std::uint8_t> into) override;

  std::uint64_t octets_read() const { return octets_read_; }
  /// Octets in a regular file when it was opened; none for anything else.
  std::optional<std::uint64_t> size() const { return size_; }

 private:
  FileStream(int descriptor, std::optional<std::uint64_t> size)
      : descriptor_(descriptor), size_(size) {}

  int descriptor_;
  std::optional<std::uint64_t> size_;
  std::uint64_t octets_read_ = 0;
};

}  // namespace netlat
