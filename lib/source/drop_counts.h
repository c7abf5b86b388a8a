#pragma once
// Packets a capture lost, as its pcapng file tells it in two ways.
//
// An interface statistics block has totals since the capture began, and may
// come again with larger ones; packets may instead carry the drops since the
// packet before.  Totals win where an interface has both, since the per-packet
// counts are part of them.

#include <cstdint>
#include <optional>

#include "netlat/source/packet_source.h"

namespace netlat {

/// Of one interface; keeps the totals of its file.
class DropCounts {
 public:
  void add_before_packet(CaptureFile& file, std::uint64_t drops) {
    if (has_total_) return;
    contribute(file.kernel_drops, kernel_, kernel_ + drops);
  }
  void set_kernel_total(CaptureFile& file, std::uint64_t drops) {
    has_total_ = true;
    contribute(file.kernel_drops, kernel_, drops);
  }
  void set_interface_total(CaptureFile& file, std::uint64_t drops) {
    contribute(file.interface_drops, interface_, drops);
  }

 private:
  static void contribute(std::optional<std::uint64_t>& total,
                         std::uint64_t& mine, std::uint64_t now) {
    total = total.value_or(0) - mine + now;
    mine = now;
  }

  std::uint64_t kernel_ = 0, interface_ = 0;
  bool has_total_ = false;
};

}  // namespace netlat
