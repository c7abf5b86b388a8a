#pragma once
// The path of one lane as its answers draw it.
//
// Problem: routes change while one looks, routers balance, answers come from
// several addresses, and the target moves nearer or further.  Statistics that
// mix two routers are statistics of neither.
// Method: a series of counters for each TTL and address.  Another address at a
// TTL gets a series of its own; if it answers twice in a row where one alone
// had answered, the route has changed: an epoch ends, and from that TTL on new
// series begin.  Where two addresses have taken turns before, packets are
// balanced one by one, and only ten in a row are a change.  Unanswered probes
// count in the series that was current when they were sent.
// The distance is the least TTL the target itself has answered; a router that
// answers there, or ten silences in a row while the hop before answers, open
// the search again.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "lib/probe/lane.h"
#include "netlat/probe/path_report.h"

namespace netlat {

class LanePath {
 public:
  /// `limited`: the target answers by ICMP errors, whose absence says nothing.
  LanePath(std::uint16_t lane, std::uint8_t first_ttl, std::uint8_t max_ttl,
           bool limited);

  /// The series a probe to `ttl` counts in.
  std::uint32_t series_for(std::uint8_t ttl);
  void sent(std::uint32_t series) { ++series_[series].sent; }
  void answered(const SentProbe& probe, const Answer& answer, Nanos wall);
  void expired(const SentProbe& probe);
  /// Whether `from` has answered at the TTL in this epoch.
  bool answers(std::uint8_t ttl, const IpAddress& from) const;
  /// `from` quoted the probe so.
  void quoted(const SentProbe& probe, const IpAddress& from,
              const Rewrite& rewrite);
  /// Forgets all counts; probes sent before that moment count no more.
  void count_from(Nanos steady);
  bool counts(const SentProbe& probe) const {
    return probe.sent_steady >= counted_from_;
  }

  /// The next TTL to search the target at; nullopt: nothing to search now.
  std::optional<std::uint8_t> search() const;
  void searched(std::uint8_t ttl);
  /// TTLs up to here belong to the path.
  std::uint8_t limit() const;
  /// Whether the series is no hop of the path: further away than the target,
  /// which answers there too.
  bool beyond(const HopSeries& series) const;
  std::optional<std::uint8_t> distance() const { return distance_; }
  std::uint32_t epoch() const { return epoch_; }
  /// Some probes of the present epoch were answered and some were not.
  bool missing(std::uint8_t ttl) const;
  /// Nothing has ever answered at the TTL in this epoch.
  bool silent(std::uint8_t ttl) const;
  const HopSeries& series(std::uint32_t index) const { return series_[index]; }
  const std::vector<HopSeries>& all() const { return series_; }
  const std::vector<PathEvent>& events() const { return events_; }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Place {
    std::uint32_t current = kNone;  // series
    std::uint32_t rival = kNone;    // that answers instead, lately
    unsigned rival_run = 0;
    bool balanced = false;
    unsigned silences = 0;
  };

  std::uint32_t add_series(std::uint8_t ttl);
  std::uint32_t series_of(const SentProbe& probe, const IpAddress& from);
  void note_rival(std::uint8_t ttl, std::uint32_t series, Nanos wall);
  void change_route(Nanos wall);
  void forget_old_epochs();
  void note_distance(std::uint8_t ttl, AnswerKind kind);
  void reopen(std::uint8_t ttl);

  std::uint16_t lane_;
  std::uint8_t first_ttl_, max_ttl_;
  bool limited_;
  std::array<Place, 256> places_;
  std::vector<HopSeries> series_;
  std::vector<PathEvent> events_;
  std::uint32_t epoch_ = 0;
  Nanos counted_from_{0};
  unsigned searched_;          // highest TTL searched
  unsigned highest_answered_;  // by anybody
  std::optional<std::uint8_t> distance_, blocked_;
};

}  // namespace netlat
