#pragma once
// The counts of a file over one batch, kept in registers while it is parsed.

#include <algorithm>

#include "netlat/source/packet_source.h"

namespace netlat {

class Tally {
 public:
  /// One record.  `last` is the time of the record before on the same
  /// interface, the beginning of time if there is none; it becomes the time
  /// of this one.
  void add(Stamp time, std::uint32_t wire_length, Stamp& last) {
    if (time < last) [[unlikely]]
      step_back(last, time);
    last = time;
    see(time);
    add_untimed(wire_length);
  }
  /// Records of one interface, each no earlier than the one before but where
  /// step_back() was told.  Requires: packets > 0.
  void add_run(std::uint64_t packets, std::uint64_t bytes, Stamp first,
               Stamp last) {
    packets_ += packets;
    bytes_ += bytes;
    see(first);
    see(last);
  }
  void step_back(Stamp from, Stamp to) {
    ++backsteps_;
    largest_ = std::max(largest_, from - to);
    see(from);
    see(to);
  }
  void add_untimed(std::uint32_t wire_length) {
    ++packets_;
    bytes_ += wire_length;
  }

  /// Adds the counts to `file` and starts again from none.
  void store(CaptureFile& file) {
    file.packets += packets_;
    file.bytes += bytes_;
    file.clock_backsteps += backsteps_;
    file.largest_backstep = std::max(file.largest_backstep, largest_);
    if (earliest_ <= latest_) {
      file.first = std::min(file.first.value_or(earliest_), earliest_);
      file.last = std::max(file.last.value_or(latest_), latest_);
    }
    *this = Tally{};
  }

 private:
  void see(Stamp time) {
    earliest_ = std::min(earliest_, time);
    latest_ = std::max(latest_, time);
  }

  std::uint64_t packets_ = 0, bytes_ = 0, backsteps_ = 0;
  Nanos largest_{0};
  Stamp earliest_ = Stamp::max(), latest_ = Stamp::min();
};

}  // namespace netlat
