#include "netlat/report/what_happened.h"

#include <fmt/format.h>

#include <vector>

#include "netlat/measure/vocabulary.h"
#include "netlat/report/number_text.h"
#include "netlat/report/standout.h"

namespace netlat {

namespace {

using Phrases = std::vector<std::string>;

void connecting(const HandshakeRecord& h, Phrases& out) {
  switch (h.outcome) {
    case HandshakeOutcome::refused:
      out.push_back("connection refused");
      break;
    case HandshakeOutcome::timeout:
      out.push_back(h.syn_retransmits == 0 ? "SYN unanswered"
                                           : count_text(h.syn_retransmits + 1) +
                                                 " SYNs unanswered");
      if (h.unreachable) out.back() += " but by an ICMP error";
      break;
    case HandshakeOutcome::established:
      if (h.syn_retransmits + h.synack_retransmits > 0 && h.connect) {
        out.push_back("connect took " + duration_text(*h.connect) +
                      (h.syn_retransmits > 0 ? ", SYN sent again"
                                             : ", SYN-ACK sent again"));
      }
      break;
    case HandshakeOutcome::none:
      break;
  }
}

// "31 fast, 2 rto to server (412 ms stalled)"
void losses(const DirectionRecord& d, const char* from, const char* to,
            Phrases& out) {
  std::string causes;
  for (std::size_t i = 0; i < kRetransmitCauses; ++i) {
    const auto cause = static_cast<RetransmitCause>(i);
    // The handshake tells of these.
    if (d.by_cause[i] == 0 || cause == RetransmitCause::syn_timer) continue;
    if (!causes.empty()) causes += ", ";
    causes += count_text(d.by_cause[i]) + ' ';
    causes += cause == RetransmitCause::unknown ? "of unknown cause"
                                                : std::string(word(cause));
  }
  if (causes.empty()) {
    // Neither the originals nor their repeats came as far as the capture.
    if (d.lost_upstream > 0) {
      out.push_back(
          fmt::format("{} lost on {} side", count_text(d.lost_upstream), from));
    }
    return;
  }
  causes += fmt::format(" to {}", to);
  if (d.stall > Nanos{0}) {
    causes += " (" + duration_text(d.stall) + " stalled)";
  }
  if (d.necessary_proven_spurious > 0) {
    causes += ", " + count_text(d.necessary_proven_spurious) + " needless";
  }
  out.push_back(std::move(causes));
}

void closed_window(const DirectionRecord& d, const char* who, Phrases& out) {
  if (d.zero_windows == 0) return;
  out.push_back(fmt::format("{} closed its window {}", who,
                            duration_text(d.zero_window)));
}

// A server that takes ten times the network's time is the first suspect.
void slow_server(const FlowRecord& flow, Phrases& out) {
  constexpr Nanos kWorthSaying = std::chrono::milliseconds(10);
  const Quantiles& network = flow.server_rtt.network;
  if (flow.service.n == 0 || flow.service.p50 < kWorthSaying) return;
  if (network.n > 0 && flow.service.p50 < 10 * network.p50) return;
  out.push_back("server took " + duration_text(flow.service.p50) + " (median)");
}

void delayed_acks(const HalfRtt& half, const char* who, Phrases& out) {
  constexpr Nanos kWorthSaying = std::chrono::milliseconds(5);
  if (half.network.n < kSamplesForP95 || half.ack.n < kSamplesForP95) return;
  if (half.ack.p50 < kWorthSaying || half.ack.p50 < 5 * half.network.p50)
    return;
  out.push_back(fmt::format("{} delays ACKs, median {}", who,
                            duration_text(half.ack.p50)));
}

}  // namespace

std::string what_happened(const FlowRecord& flow) {
  Phrases out;
  connecting(flow.handshake, out);
  losses(flow.c2s, "client", "server", out);
  losses(flow.s2c, "server", "client", out);
  closed_window(flow.s2c, "server", out);
  closed_window(flow.c2s, "client", out);
  slow_server(flow, out);
  delayed_acks(flow.server_rtt, "server", out);
  delayed_acks(flow.client_rtt, "client", out);
  if (flow.end == FlowEnd::rst &&
      flow.handshake.outcome != HandshakeOutcome::refused) {
    out.push_back("reset");
  }
  if (flow.one_sided) out.push_back("one direction captured");
  if (const auto gap = flow.c2s.capture_gap_bytes + flow.s2c.capture_gap_bytes;
      gap > 0) {
    out.push_back(bytes_text(gap) + " not captured");
  }
  if (out.empty()) return "no loss seen";
  return fmt::format("{}", fmt::join(out, "; "));
}

}  // namespace netlat
