// Scripted faults count packets, so a run with the same traffic meets the
// same fault.
//
// All but the tail are decided on entry. Every active script sees every
// packet and counts what it selects; the first that wants the packet rules,
// a drop before the others. A script that dropped data can also want the
// next `repeats` retransmissions that begin inside what it dropped.
//
// The tail of a burst is known only later: a segment is the last one if none
// of its flow and direction has entered the wire behind it when it is due to
// leave. So the wire needs delay, and a burst is what the delay cannot tell
// apart. For the last `count` segments the first segment with fewer than
// `count` behind it begins the tail, which ends with what has entered by
// then. Only new data is a tail: the retransmission of a dropped tail passes,
// unless `repeats` asks for it.

#include "tests/lab/wire/scripts.h"

#include <algorithm>

namespace lab {
namespace {

bool selects(Script::What what, const PacketView& view, Kind kind) {
  switch (what) {
    case Script::What::kData:
      return kind == Kind::kData;
    case Script::What::kRetransmission:
      return kind == Kind::kRetransmission;
    case Script::What::kSyn:
      return kind == Kind::kSyn;
    case Script::What::kSynAck:
      return kind == Kind::kSynAck;
    case Script::What::kFin:
      return view.is_tcp() && (view.flags & kFin) != 0;
    case Script::What::kAck:
      return kind == Kind::kAck;
    case Script::What::kDatagram:
      return kind == Kind::kDatagram;
    case Script::What::kTail:
      return false;
  }
  return false;
}

Reason reason_of(Script::What what) {
  return static_cast<Reason>(static_cast<int>(Reason::kScriptData) +
                             static_cast<int>(what));
}
static_assert(static_cast<int>(Reason::kScriptTail) -
                  static_cast<int>(Reason::kScriptData) ==
              static_cast<int>(Script::What::kTail));

}  // namespace

Ruling Scripts::at_entry(const PacketView& view, const Sighting& sighting) {
  Ruling ruling;
  if (active_.empty()) return ruling;
  for (Active& active : active_) {
    Ruling wish;
    if (!hits(active, view, sighting, wish)) continue;
    const bool first = ruling.action == Script::Action::kNone;
    if (first || wish.action == Script::Action::kDrop) ruling = wish;
  }
  remove_used_up();
  return ruling;
}

bool Scripts::hits(Active& active, const PacketView& view,
                   const Sighting& sighting, Ruling& ruling) {
  Script& script = active.script;
  if (script.repeats > 0 && sighting.kind == Kind::kRetransmission) {
    const bool known = std::any_of(
        active.dropped.begin(), active.dropped.end(), [&](const Range& range) {
          return range.flow == sighting.flow &&
                 !serial_after(range.begin, view.seq) &&
                 serial_after(range.end, view.seq);
        });
    if (known) {
      --script.repeats;
      ruling = {Script::Action::kDrop, Reason::kScriptRepeat, 0};
      return true;
    }
  }
  if (script.count == 0 || !selects(script.what, view, sighting.kind))
    return false;
  if (++active.seen < script.nth) return false;
  --script.count;
  if (script.action == Script::Action::kDrop) remember(active, view, sighting);
  ruling = {script.action, reason_of(script.what), script.late_ns};
  return true;
}

void Scripts::remember(Active& active, const PacketView& view,
                       const Sighting& sighting) {
  if (active.script.repeats == 0 || view.payload == 0) return;
  active.dropped.push_back({sighting.flow, view.seq, view.seq + view.payload});
}

bool Scripts::awaits_tail() const {
  return std::any_of(active_.begin(), active_.end(), [](const Active& active) {
    return active.script.what == Script::What::kTail;
  });
}

bool Scripts::ends_at_departure(const PacketView& view,
                                const Sighting& sighting, uint64_t segments,
                                std::mt19937_64& random) {
  if (active_.empty() || sighting.kind != Kind::kData) return false;
  for (Active& active : active_) {
    if (active.script.what != Script::What::kTail) continue;
    if (!cuts_tail(active, sighting, segments, random)) continue;
    remember(active, view, sighting);
    remove_used_up();
    return true;
  }
  return false;
}

bool Scripts::cuts_tail(Active& active, const Sighting& sighting,
                        uint64_t segments, std::mt19937_64& random) {
  Script& script = active.script;
  const auto behind = static_cast<int64_t>(segments - sighting.ordinal);
  if (script.share > 0)
    return behind == 0 &&
           std::uniform_real_distribution<double>(0, 1)(random) < script.share;
  Burst& burst = active.burst;
  if (burst.flow == nullptr && behind < script.count)
    burst = {sighting.flow, segments};
  if (burst.flow != sighting.flow || script.count == 0) return false;
  script.count = sighting.ordinal >= burst.last ? 0 : script.count - 1;
  return true;
}

void Scripts::remove_used_up() {
  std::erase_if(active_, [](const Active& active) {
    const Script& script = active.script;
    const bool awaits_repeats = script.repeats > 0 && !active.dropped.empty();
    return script.count == 0 && !awaits_repeats;
  });
}

}  // namespace lab
