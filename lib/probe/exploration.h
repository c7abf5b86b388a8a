#pragma once
// Further ways to a target, looked for while its hops are watched.
//
// Problem: one flow shows one way; routers may spread others over more, and
// what users meet is all of them.  Finding every way takes hundreds of probes,
// which a view that runs for hours need not send at once.
// Method: flows are tried one after another, two probes at each TTL, and added
// to a graph until its stopping rule holds for every router (path_graph.h); a
// flow that goes from one router to another as no known lane does is a lane of
// its own from then on.  Knowledge ends after a quarter of an hour, or when the
// route of a lane changes; then it begins anew.
// Budget: so many probes a second, evenly spaced, for tried flows and for the
// lanes found, of which these get half while flows are tried.
// Bias: that of the graph; and a router that left both probes unanswered hides
// what would have been another way.

#include <set>

#include "netlat/probe/path_graph.h"
#include "netlat/probe/path_report.h"

namespace netlat {

class Exploration {
 public:
  /// Probes at one TTL of a flow that is tried.
  static constexpr std::uint32_t kAttempts = 2;

  /// `rate`: probes a second, more than 0.
  explicit Exploration(double rate);

  /// When the next probe may be sent at the earliest.
  Nanos free_at() const { return free_at_; }
  /// A probe was sent.
  void spend(Nanos now);
  /// How far apart the probes of a lane to one hop are, if all lanes found
  /// have `hops` hops together.
  Nanos pace(unsigned hops) const;

  /// When the next flow is to be tried, at the earliest; Nanos::max(): none.
  Nanos next_flow() const { return stopped_ ? Nanos::max() : next_flow_; }
  /// No more flows can be opened, or shown.
  void stop() { stopped_ = true; }

  /// The epochs of all lanes, summed: another sum begins the search anew when
  /// the lanes' present routes are known, at `settled`.
  void see_epochs(std::uint32_t sum, Nanos settled);

  /// Takes in the flow that was `tried`, beside the lanes that are `known`.
  /// The first hop, on its way, that no lane takes or goes to that way;
  /// nullopt: the way is known.
  struct News {
    std::uint8_t ttl = 0;
    IpAddress address;
  };
  std::optional<News> take(PathReport tried, PathReport known, Nanos now);

  ExplorationReport report() const;

 private:
  void begin_anew();

  Nanos gap_, free_at_{0}, next_flow_{0};
  PathGraph graph_;
  unsigned missing_ = 0;
  std::uint32_t epochs_ = 0;
  bool complete_ = false, stopped_ = false;
};

}  // namespace netlat
