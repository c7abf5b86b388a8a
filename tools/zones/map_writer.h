#pragma once
// The map that an import writes.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "netlat/base/result.h"
#include "netlat/report/output.h"

namespace netlat {

/// Writes beside the file and puts the whole in its place at the end, so that
/// a reader of the map, or a crash, never meets half of one.
class MapWriter {
 public:
  /// `path` "-" is standard output.  With `append` the lines the file has now
  /// come first.
  static Result<std::unique_ptr<MapWriter>> open(const std::string& path,
                                                 bool append);
  ~MapWriter();

  /// A line, unless the map has it already.
  void add(std::string_view line);
  /// Makes it the file.  To be called once.
  Result<void> finish();

  std::uint64_t added() const { return added_; }
  bool reader_gone() const { return out_->reader_gone(); }

 private:
  MapWriter() = default;
  Result<void> create(const std::string& path);
  Result<void> copy(const std::string& path);

  std::string path_, temporary_;  // both empty for standard output
  int fd_ = -1;
  std::unique_ptr<Output> out_;
  std::unordered_set<std::uint64_t> seen_;  // hashes of lines
  std::uint64_t added_ = 0;
};

}  // namespace netlat
