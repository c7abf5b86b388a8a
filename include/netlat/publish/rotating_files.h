#pragma once
// Records in files that follow each other.
//
// Problem: a daemon's records must not fill the disk, must not be lost with the
// process, and a full disk must not end it.  Method: lines are gathered for a
// second and written as one whole gzip member or zstd frame, so that a file is
// readable up to its last second whenever it is cut off.  A file in the making
// is called NAME.part and gets its name when it is complete; what an earlier
// run left behind gets its name at the start.  Before more would be written
// than the quota allows, the oldest files go.  When writing fails, the file is
// cut back to the last whole second, lines are counted instead of kept, and it
// is tried again every ten seconds; the first line of the next success says
// what is missing.
// Cost: compression of what is written, one write(2) a second.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/base/result.h"

namespace netlat {

enum class Compression : std::uint8_t { none, gzip, zstd };

struct FilePlan {
  std::string directory;
  Compression compression = Compression::zstd;
  std::uint64_t most_octets = std::uint64_t{64} << 20;  ///< of one file
  std::chrono::seconds most_time = std::chrono::hours(1);
  /// Of all files of ours in the directory.  Requires: 2 * most_octets at
  /// least.
  std::uint64_t quota = std::uint64_t{1} << 30;
};

class Compressor;

class RotatingFiles {
 public:
  /// Takes the directory, which must exist, for this process alone, and tries
  /// to write there.
  static Result<std::unique_ptr<RotatingFiles>> open(const FilePlan& plan);
  ~RotatingFiles();
  RotatingFiles(const RotatingFiles&) = delete;
  RotatingFiles& operator=(const RotatingFiles&) = delete;

  /// A whole line with its newline.
  void append(std::string_view line);
  /// A second has passed: everything so far is to be readable.
  void tick();
  /// The same, and the file gets its name.
  void close();
  /// New limits; the directory and the compression stay.
  void set_limits(const FilePlan& plan);

  /// Lines that could not be written.
  std::uint64_t lost() const noexcept { return lost_; }
  /// Sentences for people since the last call.
  std::vector<std::string> take_news();

 private:
  using Clock = std::chrono::steady_clock;

  explicit RotatingFiles(const FilePlan& plan);
  Result<void> take_directory();
  void adopt_leftovers();
  bool begin_file();
  void end_file();
  void write_out();
  bool put(const std::string& octets);
  void fail(const char* what);

  FilePlan plan_;
  std::unique_ptr<Compressor> compressor_;
  int directory_ = -1, lock_ = -1, fd_ = -1;
  std::string name_;  // without .part
  std::uint64_t number_ = 0;
  std::uint64_t written_ = 0;  // octets of the file, all whole
  Clock::time_point begun_, retry_;
  bool failing_ = false;
  std::string lines_;
  std::uint64_t line_count_ = 0;
  std::uint64_t lost_ = 0, untold_ = 0;
  std::vector<std::string> news_;
};

}  // namespace netlat
