#pragma once
// Every probe that may still be answered, and which one an answer belongs to.
//
// Problem: answers come late, twice, and from strangers.  Method: a ring of
// probes by number.  An answer is accepted if its cookie is that of a probe in
// the ring; where too little was quoted for a cookie, if the ICMP sequence and
// identifier are those of one that is outstanding; where not even those are
// there, if only a single probe of the lane is outstanding.  The kernel has
// checked addresses and ports before.  Cost: a hash lookup; of the probes of a
// lane that are outstanding the count and the sum of their numbers are kept, so
// that the sum is the number of the only one.

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "lib/probe/probe_payload.h"
#include "netlat/base/time.h"

namespace netlat {

enum class ProbeState : unsigned char { outstanding, expired, answered };

struct SentProbe {
  std::uint64_t number = 0;
  std::uint64_t cookie = 0;
  std::uint16_t lane = 0;
  std::uint8_t ttl = 0;
  std::uint32_t round = 0;
  std::uint32_t series = 0;  ///< what it counts in
  std::uint32_t sends = 0;   ///< packets its socket had sent before it
  ProbeState state = ProbeState::outstanding;  ///< Registry::settle() sets it
  Nanos sent_steady{0};                        ///< monotonic, before the send
  Nanos sent_wall{0};                          ///< realtime, at the same moment
  std::optional<Nanos> left_wall = {};  ///< realtime, when the kernel sent it

  std::uint16_t sequence() const { return static_cast<std::uint16_t>(number); }
};

class Registry {
 public:
  /// Probes remembered; sequence numbers repeat after as many.
  static constexpr std::size_t kCapacity = 65'536;

  /// A new outstanding probe of `lane` with its number and a random cookie set;
  /// the oldest gives way.  Valid until the next call.
  SentProbe& add(std::uint16_t lane);
  /// The probe, one of this registry's, is outstanding no more.
  void settle(SentProbe& probe, ProbeState state);
  /// Forgets the probe add() gave last: it was not sent.
  void withdraw();

  /// The probe an answer on `lane` belongs to: outstanding or expired; null
  /// for answers to nothing, second answers and forgeries.  `identifier` is
  /// that of the lane.  Valid until the next add().
  SentProbe* match(const ProbeMark& mark, std::uint16_t lane,
                   std::uint16_t identifier);
  /// By cookie, answered or not; null if there is none.
  const SentProbe* find_cookie(std::uint64_t cookie) const;
  /// By number; null if it is not remembered.
  SentProbe* find(std::uint64_t number);
  const SentProbe* find(std::uint64_t number) const;

  /// Numbers from `oldest()` to before `next()` may be remembered.
  std::uint64_t oldest() const {
    return next_ > kCapacity ? next_ - kCapacity : 0;
  }
  std::uint64_t next() const { return next_; }

 private:
  // Of a lane, by its index; `numbers` may wrap.
  struct Outstanding {
    std::uint64_t count = 0, numbers = 0;
  };
  SentProbe* only_outstanding(std::uint16_t lane);

  std::vector<Outstanding> outstanding_;
  std::vector<SentProbe> ring_;  // grows to kCapacity, then is reused
  std::unordered_map<std::uint64_t, std::uint64_t> by_cookie_;
  std::uint64_t next_ = 0;
};

}  // namespace netlat
