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

/// Extended numbers begin here, so that bytes before the first captured one
/// are still positive.
inline constexpr ExtSeq kOrigin = ExtSeq{1} << 32;

class TcpEngine {
 public:
  /// Outstanding ranges take at most `range_memory` octets.
  TcpEngine(FlowCounters& counters, std::size_t range_memory)
      : counters_(counters), pool_(range_memory) {}

  /// Requires: `s` is a TCP segment of `c`, and `facts` were started with the
  /// direction it was sent in.
  void advance(Connection& c, const Segment& s, SegmentFacts& facts) {
    run(c, c.of(facts.dir), c.of(opposite(facts.dir)), s, facts);
  }

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
    Sender& me;
    Sender& peer;
    const Segment& s;
    SegmentFacts& facts;
    Dir dir;
    ExtSeq begin, end;  // sequence space of the segment
  };

  // The two sides come as arguments, and the direction in `facts`, because a
  // compiler that sees where they stand in `c` derives them anew at each use.
  void run(Connection& c, Sender& me, Sender& peer, const Segment& s,
           SegmentFacts& facts);

  // sequence.cc
  void start_direction(Sender& me, const Segment& s);
  void take_sequence(const Step& step);
  void open_hole(const Step& step, Sender& sender, ExtSeq until, bool by_ack);
  bool keepalive_or_probe(const Step& step);

  // handshake.cc
  void take_syn(const Step& step);
  void start_over(const Step& step);
  void take_reset(const Step& step);
  void show_ack(const Step& step);
  void first_client_ack(const Step& step);
  void settle_segment_sizes(const Step& step);

  // duplicate.cc
  bool duplicate(const Step& step);

  // retransmission.cc
  void take_old_bytes(const Step& step);
  void repeat(const Step& step, ExtSeq begin, ExtSeq end);
  void late_original(const Step& step, ExtSeq begin, ExtSeq end);
  void retransmitted(const Step& step, Repeat repeat);
  void mark_ranges(const Step& step, Repeat& repeat);

  // late_fill.cc
  struct Filled;
  static Hole* hole_within(const Step& step, ExtSeq begin, ExtSeq end);
  bool fill_hole(const Step& step, ExtSeq begin, ExtSeq end);
  Filled why_late(const Step& step, const Hole& hole) const;
  void insert_range(const Step& step, ExtSeq begin, ExtSeq end);

  // cause.cc
  RetransmitCause cause_of(const Step& step, const Repeat& repeat);
  void open_recovery(const Step& step, const Repeat& repeat);

  // clean_path.h
  struct Covered;
  static bool may_be_copy(const Step& step) noexcept;
  void turn_epoch(Connection& c, Stamp now) noexcept;
  void append(const Step& step, ExtSeq begin);
  void take_ip_id(const Step& step);
  void take_ack(const Step& step);
  void advance_una(const Step& step, ExtSeq ack);
  static bool last_of_flight(const Sender& sender, const Covered& covered,
                             Nanos patience);
  void sample_clean(const Step& step, const Covered& covered,
                    const SentRange& candidate);
  void add_sample(const Step& step, std::uint64_t acks_frame, Nanos rtt,
                  RttClass rtt_class);
  void take_turn(const Step& step);

  // acknowledgment.cc
  void ack_of_unseen_sender(const Step& step);
  void ack_of_unseen_bytes(const Step& step, ExtSeq ack);
  void advance_over_several(const Step& step, ExtSeq ack);
  void same_ack(const Step& step, ExtSeq ack);
  void settle(const Step& step, ExtSeq ack);

  // rtt.cc
  void sample_ack(const Step& step, const Covered& covered);
  void sample_by_timestamp(const Step& step, const Covered& covered);
  void handshake_sample(const Step& step, const SentRange& range);

  // sack.cc
  void take_sack(const Step& step, ExtSeq ack);
  void mark_sacked(const Step& step, ExtSeq left, ExtSeq right);

  // necessity.cc
  void take_dsack(const Step& step, ExtSeq left, ExtSeq right);
  void delivered_twice(const Step& step, Repeat& copy, Confidence confidence);
  void answered_copy(const Step& step, ExtSeq ack);
  void eifel(const Step& step, ExtSeq before, ExtSeq ack);
  void judge(const Step& step, Sender& sender, Repeat& repeat,
             Necessity necessity, Confidence confidence);

  // ip_id.cc, window.cc
  void unexpected_ip_id(const Step& step, std::uint32_t n);
  void closing_window(const Step& step);

  // The half of the ten-second RTT window that the last packet fell into.
  struct Epoch {
    std::uint16_t number = 0;  // its low bits
    std::int64_t begin = 0;    // nanoseconds
  };

  Trouble& trouble(Sender& sender);
  Repeat& keep(Trouble& t, const Repeat& repeat);
  void keep(Trouble& t, std::size_t at, const Hole& hole);
  static std::int64_t path_rtt_ns(const Connection& c) noexcept;

  FlowCounters& counters_;
  RangePool pool_;
  RecentPackets recent_;
  Epoch epoch_;
  std::size_t trouble_bytes_ = 0;  // vectors included
};

}  // namespace netlat
