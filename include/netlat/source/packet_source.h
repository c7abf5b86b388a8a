#pragma once
// Where packets come from when they come from files: any mix of pcap and
// pcapng, plain or compressed, in any order, or standard input.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "netlat/base/packet_view.h"
#include "netlat/base/result.h"

namespace netlat {

/// One interface description of one file.
struct CaptureInterface {
  std::uint32_t file = 0;       ///< index into PacketSource::files()
  std::uint32_t id = 0;         ///< as the file numbers it
  std::uint32_t link_type = 0;  ///< LINKTYPE_
  std::uint32_t snaplen = 0;    ///< 0: none stated
  /// Capture point.  Files that follow each other in time continue the same
  /// vantages (a rotated set); files that overlap are different ones.
  std::uint32_t vantage = 0;
  std::string name;  ///< untrusted; empty if the file has none
};

/// What is known of one file so far.
struct CaptureFile {
  std::string path;  ///< as given; "-" for standard input
  /// "pcap", "pcap-ns", "pcap-modified" or "pcapng", with "+gz", "+zst" or
  /// "+lz4" after it; empty if the file could not be opened.
  std::string format;
  std::uint64_t packets = 0;          ///< records read
  std::uint64_t bytes = 0;            ///< their wire lengths added up
  std::optional<Stamp> first, last;   ///< earliest and latest
  std::uint64_t clock_backsteps = 0;  ///< records earlier than the one before,
                                      ///< per interface
  Nanos largest_backstep{0};
  /// Reported by the capturing side: none where the format has no place for
  /// it or the writer left it out.
  std::optional<std::uint64_t> kernel_drops, interface_drops;
  /// Records without a time stamp, or with one that means none: an impossible
  /// unit, or outside the years 1823 to 2116.
  std::uint64_t untimed = 0;
  bool input_truncated = false;       ///< cut off or damaged before its end
  std::vector<std::string> comments;  ///< untrusted; section and interface
                                      ///< comments, at most 16
};

struct SourceOptions {
  /// A record that claims to be longer than this is damage.
  std::uint32_t max_record = 16 * 1024 * 1024;
};

/// Packets of all files in one time order.  Within a file its own order
/// stands, even where its clock stepped back.
class PacketSource {
 public:
  /// Opens every file far enough to know its format and first packet (which
  /// waits for a pipe to have one).  A file that cannot be opened at all is
  /// an entry of `problems()`; fails only when none can be.  Directories,
  /// empty files, terminals and files that are no captures are named as such.
  static Result<std::unique_ptr<PacketSource>> open(
      const std::vector<std::string>& paths, const SourceOptions& options = {});
  virtual ~PacketSource() = default;

  /// Fills `out` from the front, perhaps not all of it, and says how many; 0
  /// at the end.  The views are valid until the next call.  Of each,
  /// `wire_length` is not less than what was captured, `time` is that of the
  /// record before where has_time is false, and the difference of any two
  /// times fits in Nanos.  Requires: `out` is not empty.
  virtual std::size_t read(std::span<PacketView> out) = 0;

  /// Grow while reading; indices stay valid.
  const std::vector<CaptureInterface>& interfaces() const {
    return interfaces_;
  }
  /// One for each path given, in that order, all along.  Counts run ahead of
  /// what was given out by what waits to be merged.
  const std::vector<CaptureFile>& files() const { return files_; }
  /// Damage met so far: file, record, offset, what, one entry each.  Where it
  /// ended a file early, that file's `input_truncated` is set too.
  const std::vector<Error>& problems() const { return problems_; }

  /// Octets consumed, as compressed, and, where every size is known, the
  /// total: progress.
  virtual std::uint64_t bytes_read() const = 0;
  virtual std::optional<std::uint64_t> bytes_total() const = 0;

 protected:
  std::vector<CaptureInterface> interfaces_;
  std::vector<CaptureFile> files_;
  std::vector<Error> problems_;
};

}  // namespace netlat
