#include "netlat/flow/flow_counters.h"

namespace netlat {

FlowCounters& FlowCounters::operator+=(const FlowCounters& more) noexcept {
  connections += more.connections;
  half_open += more.half_open;
  evicted += more.evicted;
  half_open_evicted += more.half_open_evicted;
  idle_splits += more.idle_splits;
  copies += more.copies;
  rtt_ambiguous += more.rtt_ambiguous;
  rtt_post_loss += more.rtt_post_loss;
  rtt_unseen += more.rtt_unseen;
  rtt_sacked += more.rtt_sacked;
  rtt_negative += more.rtt_negative;
  timestamp_agrees += more.timestamp_agrees;
  timestamp_differs += more.timestamp_differs;
  ack_implausible += more.ack_implausible;
  seq_implausible += more.seq_implausible;
  options_cut += more.options_cut;
  options_bad += more.options_bad;
  return *this;
}

}  // namespace netlat
