// What happens to a packet of one ordered pair: a decision without I/O.

#pragma once

#include <cstdint>
#include <random>

#include "tests/lab/wire/scripts.h"
#include "tests/lab/wire/settings.h"
#include "tests/lab/wire/verdict.h"

namespace lab {

struct Decision {
  Verdict verdict = Verdict::kPass;
  Reason reason = Reason::kNone;
  int64_t due_ns = 0;           // CLOCK_MONOTONIC; nothing for a drop
  Reason copy = Reason::kNone;  // not kNone: a second copy right behind
  bool faulty = false;          // the pair's filter lets faults apply
};

class Faults {
 public:
  explicit Faults(uint64_t seed) : random_(seed), jitter_random_(~seed) {}

  const Settings& settings() const { return settings_; }
  void change(const Settings& settings) { settings_ = settings; }
  void add(const Script& script) { scripts_.add(script); }
  void clear_scripts() { scripts_.clear(); }

  // A packet entered at now_ns (CLOCK_MONOTONIC). Each packet once.
  Decision decide(const PacketView& view, const Sighting& sighting,
                  int64_t now_ns);

  bool awaits_tail() const { return scripts_.awaits_tail(); }

  // The packet is due. True: it is the tail of a burst and must not leave.
  // `segments`: data segments of its flow and direction entered by now.
  bool ends_at_departure(const PacketView& view, const Sighting& sighting,
                         uint64_t segments) {
    return scripts_.ends_at_departure(view, sighting, segments, random_);
  }

  // When a packet that meets no fault is due; keeps its place in the order.
  int64_t due(int64_t ready_ns);

 private:
  bool chance(double share);
  bool gilbert_loses(const Gilbert& gilbert);
  Reason loses(const PacketView& view);
  bool enqueue(uint32_t octets, int64_t now_ns, int64_t& leaves_ns);

  Settings settings_;
  Scripts scripts_;
  std::mt19937_64 random_;  // of faults
  std::mt19937_64 jitter_random_;
  bool bad_state_ = false;
  double backlog_bits_ = 0;
  int64_t backlog_at_ns_ = 0;
  int64_t last_due_ns_ = 0;
};

}  // namespace lab
