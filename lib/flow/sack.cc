// Selective acknowledgments (RFC 2018): which ranges arrived out of order, an
// RTT sample from the first report of each, and where the receiver is ahead.

#include <algorithm>

#include "lib/flow/clean_path.h"

namespace netlat {

void TcpEngine::take_sack(const Step& step, ExtSeq ack) {
  const TcpFields& tcp = step.s.tcp;
  Sender& peer = step.peer;
  for (std::size_t i = 0; i < tcp.sack_count; ++i) {
    const ExtSeq left = extend_serial(ack, tcp.sack[i].left.value);
    const ExtSeq right = extend_serial(ack, tcp.sack[i].right.value);
    if (left >= right || right > peer.snd_max) continue;
    if (i == 0) {
      // RFC 2883 4: a first block below the cumulative ACK, or inside the
      // second block, reports bytes that arrived twice.
      bool again = right <= ack;
      if (!again && tcp.sack_count > 1) {
        const ExtSeq left2 = extend_serial(ack, tcp.sack[1].left.value);
        const ExtSeq right2 = extend_serial(ack, tcp.sack[1].right.value);
        again = left >= left2 && right <= right2;
      }
      if (again) {
        take_dsack(step, left, right);
        continue;
      }
    }
    if (right > ack) mark_sacked(step, left, right);
  }
}

void TcpEngine::mark_sacked(const Step& step, ExtSeq left, ExtSeq right) {
  // Blocks grow at their edges, so the walk starts there and stops at the
  // first range already marked: each range is visited about once.
  Sender& peer = step.peer;
  RangeQueue& ranges = peer.ranges;
  Trouble& t = trouble(peer);
  t.highest_sacked = std::max(t.highest_sacked, right);
  std::size_t low = 0;
  std::size_t high = ranges.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (ranges[middle].begin < left) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  std::size_t end = low;
  std::size_t top = ranges.size();
  for (high = top; end < high;) {
    const std::size_t middle = (end + high) / 2;
    if (ranges[middle].end <= right) {
      end = middle + 1;
    } else {
      high = middle;
    }
  }
  std::size_t sampled = top;
  for (std::size_t i = end; i > low && !ranges[i - 1].sacked; --i) {
    ranges[i - 1].sacked = true;
    if (sampled == top && ranges[i - 1].transmissions == 1) sampled = i - 1;
  }
  for (std::size_t i = low; i < end && !ranges[i].sacked; ++i) {
    ranges[i].sacked = true;
  }
  if (sampled != top && !ranges[sampled].coalesced) {
    add_sample(step, ranges[sampled].frame,
               step.s.time - ranges[sampled].first_sent, RttClass::sack);
  }
}

}  // namespace netlat
