#pragma once
// Segments in, records out: the flow room's engine and timers with the
// distributions and aggregates around them.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "netlat/base/packet_view.h"
#include "netlat/flow/dns_timer.h"
#include "netlat/flow/flow_table.h"
#include "netlat/flow/icmp_echo_timer.h"
#include "netlat/flow/path_watch.h"
#include "netlat/flow/quic_timer.h"
#include "netlat/flow/tls_watch.h"
#include "netlat/measure/exchange_record.h"
#include "netlat/measure/exchange_table.h"
#include "netlat/measure/flow_record.h"
#include "netlat/measure/flow_samples.h"
#include "netlat/measure/icmp_error_table.h"
#include "netlat/measure/latencies.h"
#include "netlat/measure/service_table.h"
#include "netlat/packet/segment.h"

namespace netlat {

/// Takes what a Measurement finds.  All calls borrow for their duration.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  /// A connection has ended, was evicted, or the capture is over; then they
  /// come in order of first packet.  False leaves it out of the services.
  /// The record comes without its distributions, which cost more than the
  /// rest of it: who looks at them calls latencies.fill(record).
  virtual bool flow(FlowRecord& record, const Latencies& latencies) = 0;
  /// A question was answered, or no longer can be.  Those of TLS follow their
  /// connection if it was not left out.
  virtual void exchange(const ExchangeRecord& exchange) = 0;
  /// One TCP segment; called only if asked for.
  virtual void segment(const Segment& s, const SegmentFacts& facts) = 0;
  /// Before flow(): the turn that only the end of the connection ended, which
  /// no packet's facts tell of.
  virtual void last_turn(const FlowRecord& /*flow*/, Nanos /*elapsed*/) {}
  /// A connection that goes on, as it is by now: see Measurement::expire().
  virtual void progress(FlowRecord& /*record*/,
                        const Latencies& /*latencies*/) {}
};

class Measurement final : private FlowListener {
 public:
  /// `sink` must outlive this object.
  Measurement(const FlowLimits& limits, RecordSink& sink, bool segments);
  ~Measurement() override;
  Measurement(const Measurement&) = delete;
  Measurement& operator=(const Measurement&) = delete;

  /// Segments in order of time, at most kBatch of them.
  void advance(std::span<const Segment> batch);
  /// Reports all connections still open and the questions still unanswered.
  void finish();
  /// Adds to the tables and counters below what another measured of other
  /// packets, for an answer about both.  Both are finished.
  void absorb(const Measurement& other);
  /// Between batches of a capture that does not end: reports connections that
  /// are over, and the progress of long ones once a minute, of the next `most`
  /// in turn.  `now` is not before any packet that has been advanced.
  void expire(Stamp now, std::size_t most);
  /// Tells the progress more or less often than once a minute; of so many
  /// connections that `each` of them once takes longer, that seldom.
  void report_progress_every(Nanos period, Nanos each = Nanos{0}) noexcept {
    progress_period_ = period;
    progress_each_ = each;
  }

  /// After advance() of the same segments, in a capture that is watched as it
  /// happens: looks whether paths got longer (flow/path_watch.h).
  void watch_paths(std::span<const Segment> batch) {
    paths_.advance(batch, facts_, table_);
  }

  /// The facts of the batch advanced last, beside its segments.  Turns that
  /// are flights of a TLS handshake are not among them.
  std::span<const SegmentFacts> facts() const noexcept { return facts_; }
  /// True if that batch held a copy of a packet, or a verdict that one was
  /// none.
  bool copies_in_batch() const noexcept { return copies_in_batch_; }

  const FlowTable& flows() const noexcept { return table_; }
  /// Of flows(), and of what was absorbed.
  FlowCounters counters() const noexcept {
    FlowCounters sum = table_.counters();
    return sum += absorbed_;
  }
  const ServiceTable& services() const noexcept { return services_; }
  const ExchangeTable& exchanges() const noexcept { return exchanges_; }
  const IcmpErrorTable& icmp_errors() const noexcept { return icmp_errors_; }
  std::uint64_t capture_gap_bytes() const noexcept { return gap_bytes_; }
  std::uint64_t one_sided() const noexcept { return one_sided_; }
  std::size_t memory_bytes() const noexcept;

 private:
  void expect(std::uint32_t index, unsigned rank) override;
  void finished(const Connection& connection, std::uint32_t index) override;
  void unanswered(const HalfOpen& attempt, const SynRetry* retry) override;
  void continues(const Connection& connection, std::uint32_t index) override;

  void take_samples(SegmentFacts& facts);
  FlowRecord record_of(const Connection& connection, std::uint32_t index);
  void take_datagram(const Segment& s);
  void take_dns(const Segment& s);
  void take_quic(const Segment& s);
  void take_icmp(const Segment& s);
  void drain_unanswered(Stamp now);
  template <class Timer>
  void drain(Timer& timer, Stamp now);
  void report(const ExchangeRecord& exchange);
  /// False if the sink leaves it out.
  bool report(FlowRecord& record, std::uint32_t index);

  RecordSink& sink_;
  bool segments_;
  FlowTable table_;
  FlowSamples samples_;
  TlsWatch tls_;
  PathWatch paths_;
  // Made when first needed: a capture without their protocol pays nothing.
  std::optional<DnsTimer> dns_;
  std::optional<QuicTimer> quic_;
  std::optional<IcmpEchoTimer> echo_;
  ServiceTable services_;
  ExchangeTable exchanges_;
  IcmpErrorTable icmp_errors_;
  std::array<SegmentFacts, kBatch> facts_;
  Stamp latest_, drained_, expired_;
  Nanos progress_period_ = std::chrono::minutes(1), progress_each_{0};
  std::vector<Stamp> progress_;  // last reported, by connection
  FlowCounters absorbed_;
  bool copies_in_batch_ = false;
  std::uint64_t gap_bytes_ = 0, one_sided_ = 0;
};

}  // namespace netlat
