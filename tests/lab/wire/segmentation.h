// Super-segments of a host with offload: cut into what a link carries, and
// put together again for a host that receives merged ones.

#pragma once

#include <vector>

#include "tests/lab/wire/packet_view.h"
#include "tests/lab/wire/vnet_header.h"

namespace lab {

// Cuts one packet as a network interface would and completes checksums.
class Cutter {
 public:
  // `packet` is changed in place and stays borrowed.
  Cutter(Octets packet, const VnetHeader& header);
  // Writes the next segment to `out`; 0 when there is none, or when one does
  // not fit.
  size_t next(Octets out);

 private:
  Octets packet_;
  PacketView view_;
  uint32_t step_ = 0;  // payload per segment; 0: the packet goes as it is
  uint32_t cut_ = 0;   // payload octets already out
  uint16_t index_ = 0;
  bool done_ = false;
};

// Collects segments of one flow that follow each other, as generic receive
// offload does.
class Merger {
 public:
  Merger();

  // False: it cannot join what is collected; send that first, then offer
  // again. The first segment always fits.
  bool offer(ConstOctets packet, const PacketView& view);
  bool empty() const { return segments_ == 0; }
  // What was collected, with its header; empty afterwards. The octets are
  // valid until the next offer.
  ConstOctets take(VnetHeader& header);

 private:
  bool continues(ConstOctets packet, const PacketView& view) const;

  std::vector<uint8_t> octets_;
  size_t length_ = 0;
  PacketView view_;  // of the first segment
  uint32_t step_ = 0;
  uint32_t payload_ = 0;
  uint8_t flags_ = 0;
  uint32_t segments_ = 0;
  bool closed_ = false;  // a short or pushed segment was the last
};

}  // namespace lab
