#pragma once
// One target: its lanes, when each hop is due, when it is done.
//
// Schedule: the first round searches the path, TTL after TTL without waiting,
// and is the first sample of every hop.  From then on each hop has a timer of
// its own, the rounds spread over half an interval and moved by up to a tenth
// of it at random, so that neither rate limiters nor other probers with a
// period of their own are in step with it.  A hop that a longer route brings
// has all its rounds from then on.
// Giving up: after three times the longest round trip, at least 1 and at most
// 10 seconds; later answers are late, not lost.  When all is sent, a hop that
// has left most of its probes unanswered is waited for only as long as the
// rest of the path suggests.  A TCP lane has one probe on its way at a time,
// so it waits shorter, and a silent hop is asked every tenth round.
// Exploring: one flow at a time is tried beside the lanes; if it goes a way of
// its own it becomes a lane, if not it is closed.
// Checking: where probes are UDP, echoes beside them tell the target's loss.
// Explaining: hops that left probes unanswered are asked again, as long as
// before at a quarter of the rate.

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include "lib/probe/exploration.h"
#include "lib/probe/lane.h"
#include "lib/probe/lane_path.h"
#include "lib/probe/quote.h"
#include "lib/probe/target_check.h"

namespace netlat {

class Session {
 public:
  /// Opens the sockets; `interval` of the plan must be positive.
  static Result<std::unique_ptr<Session>> open(const ProbePlan& plan);

  /// Takes in answers.
  void receive();
  /// Gives up what is overdue.
  void expire(Nanos now);
  /// When the next probe is due, at the earliest; kNever if none is.
  Nanos next_send() const;
  /// Sends the probe that is due first.  Requires: next_send() <= now.
  void send(Nanos now);
  /// When something has to be given up; kNever if nothing is out.
  Nanos next_expiry() const;
  bool done() const;
  /// Answers are wanted at once: they end a search, or are timed by when they
  /// are taken in.
  bool prompt() const;
  const ProbePlan& plan() const { return plan_; }
  /// Rounds are so far apart from now on; beside a connection a second at
  /// least.
  void set_interval(Nanos interval);
  /// Begins all counts anew; the path and its epochs stay.
  void reset();
  void add_waits(std::vector<pollfd>& out) const;
  std::uint64_t sent() const { return sent_; }
  /// A router quoted a probe; false if it is none of this session's.
  bool take_quote(const Quote& quote);
  /// Calls `told` with the addresses that answered since the last call.
  void tell_addresses(const std::function<void(const IpAddress&)>& told);
  /// What is known; probes on their way count as not sent.
  PathReport report() const;

  static constexpr Nanos kNever = Nanos::max();

 private:
  struct Row {
    std::uint32_t rounds = 0;  // asked in
    std::uint32_t joined = 0;  // the lane's round that the first of them was
    Nanos first{0}, due{0};
  };
  enum class Role : unsigned char { asked_for, discovered, tried };
  struct Traveller {
    std::unique_ptr<Lane> lane;
    LanePath path;
    std::vector<Row> rows;  // by TTL
    bool found = false;     // the target has answered once
    Role role = Role::asked_for;
    std::uint64_t first_probe = 0;  // number; those before are of another
    std::uint64_t last_probe = 0;
    // The IP-ID of the first packet, as the hop at id_ttl quotes it.
    std::optional<std::uint8_t> id_ttl = {};
    std::uint16_t id_of_first = 0;
  };
  struct Due {
    Nanos when = kNever;
    std::size_t traveller = 0;
    std::uint8_t ttl = 0;
  };

  explicit Session(const ProbePlan& plan);
  Result<void> add_traveller(const ProbePlan& plan, Role role);
  Due first_due() const;
  bool transmit(Traveller& traveller, std::uint8_t ttl, std::uint32_t round);
  void plan_next(Row& row, std::size_t traveller, std::uint8_t ttl, Nanos now);
  void begin(const Traveller& traveller, Row& row, Nanos now) const;
  void take(const Answer& answer);
  // What probes look like where they are quoted; session_quotes.cc.
  const SentProbe* quoted_probe(const Quote& quote) const;
  static void learn_ip_id(Traveller& traveller, const SentProbe& probe,
                          const ProbeHead& quoted);
  Rewrite rewrite_of(const Traveller& traveller, const SentProbe& probe,
                     const ProbeHead& quoted) const;
  Nanos patience(const SentProbe& probe) const;
  std::uint32_t rounds_for(const Traveller& traveller, std::uint8_t ttl) const;
  bool all_sent() const;
  bool counts(const SentProbe& probe) const;

  // Exploring; session_explores.cc.
  bool trying() const { return travellers_.back().role == Role::tried; }
  std::size_t shown() const { return travellers_.size() - (trying() ? 1 : 0); }
  Due background_due() const;
  Due flow_due(Nanos free) const;
  void send_background(const Due& due, Nanos now);
  bool try_a_flow();
  bool tried_all() const;
  void settle_tried_flow();
  Nanos background_pace() const;
  Nanos echo_patience() const;
  PathReport outline(std::size_t from, std::size_t to) const;

  ProbePlan plan_;
  Registry registry_;
  std::vector<Traveller> travellers_;   // the one that is tried is the last
  std::unique_ptr<TargetCheck> check_;  // null: not wanted, or not permitted
  std::optional<Exploration> exploration_;
  std::vector<PathEvent> ways_found_;
  std::vector<std::uint64_t> out_;  // numbers of outstanding probes
  std::vector<Answer> answers_;     // scratch
  std::set<IpAddress> untold_, told_;
  std::minstd_rand random_;
  Nanos longest_{0};
  TargetTotals target_;
  std::uint64_t sent_ = 0, send_failures_ = 0;
  int send_error_ = 0;
  Instant started_, ended_;
};

}  // namespace netlat
