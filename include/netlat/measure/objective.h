#pragma once
// What a service, a pair of zones or everything is held to.
//
// One sentence says it:
//
//   service:10.0.0.7:5432 p99 < 5ms
//   zone:use1-az1->use1-az2 network p95 < 1.5ms over 5m
//   zone:* p99 < 2ms
//   loss < 0.1 % over 1h min 10000 burn 14.4
//
// Whatever the sentence, it allows a share of bad events: p99 < 5ms allows one
// sample in a hundred to take longer than 5 ms, loss < 0.1 % one segment in a
// thousand to be lost.  That share is the budget, and bad events come at a burn
// rate: their share divided by the budget.  "p99 < 5ms" broken and "burn rate
// above 1" are the same statement, so one rule serves all.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "netlat/base/result.h"
#include "netlat/base/time.h"
#include "netlat/measure/service_table.h"

namespace netlat {

enum class ObjectiveScope : std::uint8_t { all, service, zone_pair };

/// What is measured.  Of those that are times, a sample above the limit is a
/// bad event; the others are shares.
enum class ObjectiveQuantity : std::uint8_t {
  service,      ///< last request octet to first response octet less the network
  network,      ///< round trip, of the longer half of the path (shown_half.h)
  turns,        ///< first request octet to last response octet
  handshake,    ///< first SYN to first ACK
  loss,         ///< segments lost, of segments with payload
  retransmits,  ///< segments sent again, of segments with payload
  failures,     ///< connects refused or unanswered, of all attempts
};

constexpr bool is_time(ObjectiveQuantity q) noexcept {
  return q <= ObjectiveQuantity::handshake;
}
/// As the language writes it: "service", "network", "turns", ...
std::string_view to_word(ObjectiveQuantity q) noexcept;

struct Objective {
  std::string text;  ///< as written; untrusted
  ObjectiveScope scope = ObjectiveScope::all;
  ServiceKey service;  ///< of ObjectiveScope::service
  /// Of ObjectiveScope::zone_pair; empty: every zone that is known.
  std::string client_zone, server_zone;
  ObjectiveQuantity quantity = ObjectiveQuantity::service;
  unsigned per_mille = 0;  ///< of times: 500 is the median, 990 is p99
  Nanos limit{0};          ///< of times
  double share = 0;        ///< of the others: above 0, below 1
  Nanos window = std::chrono::minutes(1);
  /// Fewer events than this in the window give no verdict.
  std::uint64_t least = 1;
  double burn = 1;  ///< rate at which it is broken

  /// Stands for an objective of its own for each pair of zones.
  bool every_pair() const noexcept {
    return scope == ObjectiveScope::zone_pair &&
           (client_zone.empty() || server_zone.empty());
  }
  /// Of ObjectiveScope::zone_pair; names are empty where no zone is known.
  bool concerns_pair(std::string_view client,
                     std::string_view server) const noexcept {
    return !client.empty() && !server.empty() &&
           (client_zone.empty() || client_zone == client) &&
           (server_zone.empty() || server_zone == server);
  }

  /// The share of events that may be bad.
  double budget() const noexcept {
    return is_time(quantity) ? (1000 - per_mille) / 1000.0 : share;
  }
  /// The second window: a twelfth, and no less than a second.
  Nanos short_window() const noexcept {
    const Nanos twelfth = window / 12;
    return twelfth < std::chrono::seconds(1) ? std::chrono::seconds(1)
                                             : twelfth;
  }
};

/// Reads one sentence:
///   [service:ADDRESS:PORT | zone:FROM->TO | zone:*] QUANTITY < LIMIT
///     [over DURATION] [min N] [burn RATE]
/// FROM or TO may be *, every zone; zone:* is zone:*->*.
/// QUANTITY is [service | network | turns | handshake] pNN, where the word left
/// out means service, or loss, retransmits or failures.  LIMIT takes ns, us, ms
/// or s, or %.  DURATION is 1s to 24h, 1m if left out; N is what the budget
/// needs to hold one bad event.  The error names the column, from 1.
Result<Objective> parse_objective(std::string_view text);

/// What `every` says of one pair of zones, whose names its text then has.
/// Requires: every.every_pair().
Objective objective_of_pair(const Objective& every, std::string_view client,
                            std::string_view server);

enum class ObjectiveVerdict : std::uint8_t {
  insufficient,  ///< too few events in the window
  kept,
  broken,
};
/// "insufficient", "kept", "broken".
std::string_view to_word(ObjectiveVerdict verdict) noexcept;

/// How an objective fares by the end of an interval.
struct ObjectiveState {
  ObjectiveVerdict verdict = ObjectiveVerdict::insufficient;
  std::uint64_t bad = 0, events = 0;                ///< in the window
  std::uint64_t bad_lately = 0, events_lately = 0;  ///< in the short one
  /// Share of bad events over the budget; nothing without events.
  std::optional<double> burn, burn_lately;
  /// Of times: that percentile over the last seconds; nothing if too few.
  std::optional<Nanos> value;
  /// Since when it is broken, or was for the last time.
  std::optional<Stamp> since;
  std::uint64_t times_broken = 0;
};

}  // namespace netlat
