#pragma once
// Advances one TCP connection by one segment.
//
// The work of a packet is cut by question: is it a copy, what are its bytes
// (sequence.cc, and for repeats and fills retransmission.cc, cause.cc), what
// does its ACK say (acknowledgment.cc, sack.cc, rtt.cc), what do IP-ID, window
// and turn say.  Each part reads and writes the connection alone, so the order
// of the calls in advance() is the whole control flow.  What a clean packet
// needs of each part stands inline in clean_path.h; the rest is called.

#include <cstdint>

#include "lib/flow/recent_packets.h"
#include "netlat/flow/connection.h"
#include "netlat/flow/flow_counters.h"
#include "netlat/flow/segment_facts.h"
#include "netlat/packet/segment.h"

namespace netlat {

class TcpEngine {
 public:
  explicit TcpEngine(FlowCounters& counters) : counters_(counters) {}

  /// Requires: `s` is a TCP segment of `c` sent in direction `d`.
  void advance(Connection& c, Dir d, const Segment& s, SegmentFacts& facts);

  /// True if an equal packet was just seen; remembers this one.  For packets
  /// whose connection does not exist yet: `who` stands for it.
  bool seen_just_now(const Segment& s, std::uint32_t who) noexcept;

  /// The second half of it alone.
  void remember(const Segment& s, std::uint32_t who) noexcept;

  /// Counts `n` more retransmissions of the client's SYN than were advanced.
  void add_syn_retries(Connection& c, std::uint32_t n);

  /// An ICMP error quoted a segment sent in direction `d`.
  void icmp_error(Connection& c, Dir d, const IcmpFields& icmp);

  /// Gives back what the connection holds in pools.
  void release(Connection& c) noexcept;

  std::size_t memory_bytes() const noexcept;

 private:
  // One packet at work: what every part needs to know of it.
  struct Step {
    Connection& c;
    Dir dir;
    Sender& me;
    Sender& peer;
    const Segment& s;
    SegmentFacts& facts;
    ExtSeq begin = 0, end = 0;  // sequence space of the segment
    bool new_bytes = false;     // payload not seen before
  };

  // sequence.cc
  void start_direction(Step& step);
  void take_sequence(Step& step);
  void open_hole(Step& step, Sender& sender, ExtSeq until, bool by_ack);
  bool keepalive_or_probe(Step& step);

  // handshake.cc
  void take_syn(Step& step);
  void take_reset(Step& step);
  void first_client_ack(Step& step);
  void settle_segment_sizes(Step& step);

  // duplicate.cc
  bool duplicate(Step& step);

  // retransmission.cc
  void take_old_bytes(Step& step);
  void repeat(Step& step, ExtSeq begin, ExtSeq end);
  void late_original(Step& step, ExtSeq begin, ExtSeq end);
  void retransmitted(Step& step, Repeat repeat);
  void mark_ranges(Step& step, Repeat& repeat);

  // late_fill.cc
  struct Filled;
  bool fill_hole(Step& step, ExtSeq begin, ExtSeq end);
  Filled why_late(const Step& step, const Hole& hole) const;
  void insert_range(Step& step, ExtSeq begin, ExtSeq end);

  // cause.cc
  RetransmitCause cause_of(Step& step, const Repeat& repeat);
  void open_recovery(Step& step, const Repeat& repeat);

  // clean_path.h
  struct Covered;
  void append(Step& step, ExtSeq begin);
  void take_ip_id(Step& step);
  void take_ack(Step& step);
  void advance_una(Step& step, ExtSeq ack);
  void sample_clean(Step& step, const Covered& covered,
                    const SentRange& candidate);
  void add_sample(Step& step, std::uint64_t acks_frame, Nanos rtt,
                  RttClass rtt_class);
  void take_turn(Step& step);

  // acknowledgment.cc
  void ack_of_unseen_sender(Step& step);
  void ack_of_unseen_bytes(Step& step, ExtSeq ack);
  void same_ack(Step& step, ExtSeq ack);
  void settle(Step& step, ExtSeq ack);

  // rtt.cc
  void sample_ack(Step& step, const Covered& covered);
  void sample_by_timestamp(Step& step, const Covered& covered);
  void handshake_sample(Step& step, const SentRange& range);

  // sack.cc
  void take_sack(Step& step, ExtSeq ack);
  void mark_sacked(Step& step, ExtSeq left, ExtSeq right);

  // necessity.cc
  void take_dsack(Step& step, ExtSeq left, ExtSeq right);
  void eifel(Step& step, ExtSeq before, ExtSeq ack);
  void judge(Step& step, Sender& sender, Repeat& repeat, Necessity necessity,
             Confidence confidence);

  // ip_id.cc, window.cc
  void irregular_ip_id(Step& step, std::int16_t gap, std::uint32_t n);
  void closing_window(Step& step);

  Trouble& trouble(Sender& sender);
  static std::int64_t path_rtt_ns(const Connection& c) noexcept;

  FlowCounters& counters_;
  RangePool pool_;
  RecentPackets recent_;
  std::size_t trouble_bytes_ = 0;
};

}  // namespace netlat
