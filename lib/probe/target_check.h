#pragma once
// Echoes to a target that answers probes by ICMP errors.
//
// Problem: a closed UDP port is told of by an ICMP error, which hosts limit, so
// its silence says nothing of loss.  Method: an ICMP echo a round beside the
// probes; those are answered without a limit.  Bias: routers that spread flows
// may send echoes another way than the probes, so echoes without loss do not
// prove that the probes' way has none.

#include <memory>
#include <optional>

#include "lib/probe/lane.h"
#include "netlat/probe/path_report.h"

namespace netlat {

class TargetCheck {
 public:
  /// Null where ICMP is not permitted.
  static std::unique_ptr<TargetCheck> open(const ProbePlan& plan, Nanos now);

  Nanos next_send() const { return due_; }  ///< Nanos::max(): all are sent
  void send(Nanos now, Nanos interval);
  void receive();
  /// Gives up what was sent `patience` ago.
  void expire(Nanos now, Nanos patience);
  /// When the oldest was sent; Nanos::max(): none is out.
  Nanos oldest() const;
  bool done() const { return due_ == Nanos::max() && out_.empty(); }
  /// Begins the counts anew.
  void reset();
  void add_waits(std::vector<pollfd>& out) const { lane_->add_waits(out); }
  /// What is known; echoes on their way count as not sent.
  EchoReport report() const;

 private:
  TargetCheck() = default;
  Registry registry_;
  std::unique_ptr<Lane> lane_;
  std::uint32_t rounds_ = 0, sent_ = 0;
  Nanos due_{0}, counted_from_{0};
  std::vector<std::uint64_t> out_;
  std::vector<Answer> answers_;  // scratch
  EchoReport report_;
};

}  // namespace netlat
