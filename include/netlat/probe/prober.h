#pragma once
// Probes targets, all of them at the same time, and says what came of it.

#include <functional>
#include <memory>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/probe/path_report.h"
#include "netlat/probe/plan.h"

struct pollfd;

namespace netlat {

class QuoteWatch;
class Session;

/// Something else that waits for descriptors while probes are out.
class Companion {
 public:
  virtual ~Companion() = default;
  /// Appends what to wait for.
  virtual void add_waits(std::vector<pollfd>& out) = 0;
  /// Called after each wait; must not wait itself.
  virtual void serve() = 0;
};

class Prober {
 public:
  /// `rate`: packets a second at most, over all targets.
  explicit Prober(unsigned rate);
  ~Prober();
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  /// Opens the sockets for one more target.
  Result<void> add(const ProbePlan& plan);
  /// `told` is called with every address that answers, the first time at each
  /// hop.  To be set before run().
  void on_address(std::function<void(const IpAddress&)> told) {
    told_ = std::move(told);
  }
  /// Until every probe of every target is answered or given up, or
  /// `stop_asked` says so.  `companion` may be null.
  void run(const std::function<bool()>& stop_asked, Companion* companion);
  /// Whether to send nothing; answers are still taken.
  void pause(bool paused) { paused_ = paused; }
  /// Begins all counts anew; paths, epochs and events stay.
  void reset();
  /// The plan of a target, from 0.
  const ProbePlan& plan(std::size_t target) const;
  /// Probes all targets by changed plans, and begins everything anew; on an
  /// error they are probed as before.
  Result<void> change(const std::function<void(ProbePlan&)>& changed);
  /// From now on; at least a nanosecond.
  void set_interval(Nanos interval);
  /// Probes so far, over all targets.
  std::uint64_t sent() const;
  /// What is known of the target that was added as number `target`, from 0.
  PathReport report(std::size_t target) const;

 private:
  // A target, and what its session wants, as looked at last.
  struct Member {
    std::unique_ptr<Session> session;
    Nanos due{0}, expiry{0};
    bool done = false, stale = true;
    std::size_t waits_from = 0, waits_to = 0;  // its descriptors
  };
  struct Agenda;
  static void look_at(Member& member);
  bool take_in(const std::vector<pollfd>& waits);
  void watch_quotes(const ProbePlan& plan);
  void read_quotes();
  Agenda agenda();

  Nanos gap_;
  bool paused_ = false;
  std::uint64_t gone_ = 0;  // probes of sessions that were changed
  std::vector<Member> members_;
  std::unique_ptr<QuoteWatch> quotes4_, quotes6_;  // null: not permitted
  std::function<void(const IpAddress&)> told_;
};

}  // namespace netlat
