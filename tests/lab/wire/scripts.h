// Exact, reproducible faults: "the 20th data segment from now".

#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "tests/lab/wire/flow_memory.h"

namespace lab {

struct Script {
  enum class Action : uint8_t { kNone, kDrop, kLate, kTwice };
  enum class What : uint8_t {
    kData,
    kRetransmission,
    kSyn,
    kSynAck,
    kFin,
    kAck,
    kDatagram,
    kTail,
  };
  Action action = Action::kDrop;
  What what = What::kData;
  int64_t nth = 1;      // 1 is the next
  int64_t count = 1;    // that many from the nth on
  int64_t repeats = 0;  // retransmissions of what was dropped, dropped too
  int64_t late_ns = 0;
  double share = 0;  // of tails; 0: the next burst, `count` segments of it
};

// What scripts do to a packet.
struct Ruling {
  Script::Action action = Script::Action::kNone;
  Reason reason = Reason::kNone;
  int64_t late_ns = 0;
};

class Scripts {
 public:
  void add(const Script& script) { active_.push_back({script, 0, {}, {}}); }
  void clear() { active_.clear(); }

  // Each packet once, in the order of arrival.
  Ruling at_entry(const PacketView& view, const Sighting& sighting);

  // Some script needs ends_at_departure.
  bool awaits_tail() const;

  // Each packet once, when it is due. True: it is the tail of a burst and
  // must not leave. `segments` is the number of data segments of its flow and
  // direction that have entered by now. The reason is kScriptTail.
  bool ends_at_departure(const PacketView& view, const Sighting& sighting,
                         uint64_t segments, std::mt19937_64& random);

 private:
  struct Range {
    const Flow* flow;
    uint32_t begin;
    uint32_t end;
  };
  struct Burst {
    const Flow* flow = nullptr;
    uint64_t last = 0;  // ordinal of its last segment
  };
  struct Active {
    Script script;
    int64_t seen;
    std::vector<Range> dropped;
    Burst burst;
  };
  static bool hits(Active& active, const PacketView& view,
                   const Sighting& sighting, Ruling& ruling);
  static bool cuts_tail(Active& active, const Sighting& sighting,
                        uint64_t segments, std::mt19937_64& random);
  static void remember(Active& active, const PacketView& view,
                       const Sighting& sighting);
  void remove_used_up();

  std::vector<Active> active_;
};

}  // namespace lab
