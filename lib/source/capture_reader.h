#pragma once
// One capture file of one format, read in order.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/source/window.h"
#include "netlat/base/packet_view.h"
#include "netlat/source/packet_source.h"

namespace netlat {

/// An interface as one file describes it.
struct FileInterface {
  std::uint32_t id = 0;       ///< as the file numbers it
  std::uint32_t section = 0;  ///< pcapng section, from 0
  std::uint32_t link_type = 0;
  std::uint32_t snaplen = 0;
  std::string name;
};

class CaptureReader {
 public:
  CaptureReader(const CaptureReader&) = delete;
  CaptureReader& operator=(const CaptureReader&) = delete;
  virtual ~CaptureReader() = default;

  /// As PacketSource::read for this file alone: `interface` is an index into
  /// interfaces(), `frame` is not set.  One batch holds packets of one section
  /// only.
  virtual std::size_t read(std::span<PacketView> out) = 0;

  const std::vector<FileInterface>& interfaces() const { return interfaces_; }
  /// The section of the last batch.
  std::uint32_t section() const { return section_; }
  /// Damage met since the last call, in the order met.
  std::vector<Error> take_problems() { return std::move(problems_); }

 protected:
  CaptureReader(Window window, CaptureFile& file, const SourceOptions& options)
      : window_(std::move(window)), file_(file), options_(options) {}

  /// Reports what the record at the window's start cannot be, and ends.
  void stop_at_damage(std::string_view what);
  /// Ends at the end of the stream; a cut, unless nothing follows `begin`,
  /// where a record of `size` octets would be.
  void stop_at_end(std::uint64_t begin, std::uint64_t size);
  /// Reports what is wrong with this record, and goes on.
  void note(std::string_view what);

  Window window_;
  CaptureFile& file_;
  SourceOptions options_;
  std::vector<FileInterface> interfaces_;
  std::uint32_t section_ = 0;
  bool ended_ = false;

 private:
  std::string here() const;
  std::string so_far() const;

  std::vector<Error> problems_;
};

/// Recognises the format of `stream` (compressed or not) and reads what comes
/// before its first packet.  What is learned of the file goes into `file`,
/// which has its path and outlives the reader.  `window` is where the buffer
/// starts.  Errors name the path.
Result<std::unique_ptr<CaptureReader>> open_reader(
    std::unique_ptr<ByteStream> stream, CaptureFile& file,
    const SourceOptions& options, std::size_t window = Window::kCapacity);

// One for each format.  Require: four octets of its magic number are
// available in `window`.  Errors do not name the path.
Result<std::unique_ptr<CaptureReader>> open_pcap(Window window,
                                                 CaptureFile& file,
                                                 const SourceOptions& options);
Result<std::unique_ptr<CaptureReader>> open_pcapng(
    Window window, CaptureFile& file, const SourceOptions& options);

/// Whether a file that begins with these four octets has that format.
bool is_pcap(const std::uint8_t* magic);
bool is_pcapng(const std::uint8_t* magic);

}  // namespace netlat
