// One packet's fate, decided when it enters.
//
// In this order: scripts (they count what the sender sent), blackout, MTU,
// random loss, the two-state Gilbert loss, the bottleneck queue, then delay,
// jitter, reordering and duplication. The first that drops gives the reason.
//
// The bottleneck is a drop-tail queue in octets in front of a link of a given
// rate, kept as one number: the bits that have not yet left, drained at the
// rate between packets. A packet that would exceed the queue is dropped, and
// otherwise leaves when all bits before it and its own are gone. The packet
// on the link counts as queued. A new rate drains the old backlog.
//
// Packets stay in order: one is never due before the one ahead of it, however
// jitter falls, unless reordering or a script lets others overtake it. This
// skews a jitter wider than the gaps between packets towards its upper end.
//
// The random numbers are the pair's own, so another pair's traffic does not
// change which packets this one loses; nor does what hosts say about
// themselves at random moments (IPv6 multicast: neighbour discovery, listener
// reports), which meets delay but no faults.

#include "tests/lab/wire/faults.h"

#include <algorithm>
#include <cmath>

namespace lab {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr double kLeastQueueOctets = 32'000;
constexpr double kQueueSeconds = 0.1;

bool is_link_chatter(const PacketView& view) {
  return view.version() == 6 && view.destination.address.octets[0] == 0xff;
}

double queue_bits(const Settings& settings) {
  if (settings.queue_octets > 0)
    return static_cast<double>(settings.queue_octets) * 8;
  return std::max(kLeastQueueOctets * 8,
                  static_cast<double>(settings.rate_bps) * kQueueSeconds);
}

}  // namespace

Decision Faults::decide(const PacketView& view, const Sighting& sighting,
                        int64_t now_ns) {
  Decision out;
  out.faulty = settings_.only.matches(view) && !is_link_chatter(view);
  if (!out.faulty) {
    out.due_ns = due(now_ns);
    return out;
  }
  const Ruling ruling = scripts_.at_entry(view, sighting);
  int64_t ready_ns = now_ns;
  out.reason =
      ruling.action == Script::Action::kDrop ? ruling.reason : loses(view);
  if (out.reason == Reason::kNone && !enqueue(view.ip_length, now_ns, ready_ns))
    out.reason = Reason::kQueue;
  if (out.reason != Reason::kNone) {
    out.verdict = Verdict::kDrop;
    return out;
  }
  int64_t late_ns = 0;
  if (ruling.action == Script::Action::kLate) {
    late_ns = ruling.late_ns;
    out.reason = ruling.reason;
  } else if (chance(settings_.reorder)) {
    late_ns = settings_.reorder_ns;
    out.reason = Reason::kReorder;
  }
  out.due_ns = due(ready_ns) + late_ns;
  if (late_ns > 0) out.verdict = Verdict::kLate;
  if (ruling.action == Script::Action::kTwice)
    out.copy = ruling.reason;
  else if (chance(settings_.duplicate))
    out.copy = Reason::kDuplicate;
  return out;
}

int64_t Faults::due(int64_t ready_ns) {
  const int64_t due_ns = ready_ns + settings_.delay_ns +
                         settings_.jitter.sample_ns(jitter_random_);
  last_due_ns_ = std::max(last_due_ns_, due_ns);
  return last_due_ns_;
}

// Draws nothing where the answer is certain, so that faults that are off do
// not change the others' random numbers.
bool Faults::chance(double share) {
  return share > 0 &&
         std::uniform_real_distribution<double>(0, 1)(random_) < share;
}

bool Faults::gilbert_loses(const Gilbert& gilbert) {
  if (chance(bad_state_ ? gilbert.to_good : gilbert.to_bad))
    bad_state_ = !bad_state_;
  return chance(bad_state_ ? gilbert.loss_bad : gilbert.loss_good);
}

Reason Faults::loses(const PacketView& view) {
  if (settings_.blackout) return Reason::kBlackout;
  if (settings_.mtu > 0 && view.ip_length > settings_.mtu) return Reason::kMtu;
  if (chance(settings_.loss)) return Reason::kLoss;
  if (settings_.gilbert && gilbert_loses(*settings_.gilbert))
    return Reason::kGilbert;
  return Reason::kNone;
}

bool Faults::enqueue(uint32_t octets, int64_t now_ns, int64_t& leaves_ns) {
  if (settings_.rate_bps == 0) return true;
  const auto rate = static_cast<double>(settings_.rate_bps);
  const auto elapsed = static_cast<double>(now_ns - backlog_at_ns_);
  const double drained = backlog_bits_ - elapsed / kNsPerSecond * rate;
  backlog_at_ns_ = now_ns;
  backlog_bits_ = std::max(0.0, drained);
  const double wanted = backlog_bits_ + static_cast<double>(octets) * 8;
  if (wanted > queue_bits(settings_)) return false;
  backlog_bits_ = wanted;
  leaves_ns = now_ns + std::llround(wanted / rate * kNsPerSecond);
  return true;
}

}  // namespace lab
