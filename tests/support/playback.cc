#include "tests/support/playback.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <tins/tins.h>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

#include "tests/support/frames.h"

namespace netlat::test {
namespace {

constexpr std::size_t kSnapLength = 128;
constexpr std::int64_t kStart = 1'700'000'000'000'000'000;
constexpr Nanos kToForwarder = std::chrono::milliseconds(1);
constexpr Nanos kForwarding = std::chrono::microseconds(30);
constexpr LinkType kEthernet = 1, kSll = 113, kSll2 = 276;

/// A packet at the capture point.
struct Passing {
  Nanos time{0};
  const Sent* sent = nullptr;
  bool copy = false;      // the same packet again
  bool outgoing = false;  // of a forwarder
};

std::vector<Passing> passing(const std::vector<Sent>& exchange,
                             const View& view) {
  std::vector<Passing> seen;
  const Nanos away =
      view.carrier == Carrier::ethernet ? Nanos{0} : kToForwarder;
  for (const Sent& s : exchange) {
    const bool near = s.by_client == (view.tap == Tap::client);
    if (s.unseen) continue;
    if (s.fragmentation_needed) {
      // The router tells the sender: the other host never sees it.
      if (!near) seen.push_back({s.time, &s, false, false});
    } else if (near) {
      seen.push_back({s.time + away, &s, false, false});
    } else if (!s.lost) {
      const Nanos time = s.time + s.travel - away;
      seen.push_back({time, &s, false, false});
      if (s.again) seen.push_back({time + *s.again, &s, true, false});
    }
  }
  if (view.carrier != Carrier::ethernet) {
    const std::size_t n = seen.size();
    for (std::size_t i = 0; i < n; ++i) {
      Passing out = seen[i];
      out.time += kForwarding;
      out.copy = out.outgoing = true;
      seen.push_back(out);
    }
  }
  std::stable_sort(
      seen.begin(), seen.end(),
      [](const Passing& a, const Passing& b) { return a.time < b.time; });
  return seen;
}

TcpSpec tcp_spec(const Sent& s, const View& view) {
  const Bases& base = view.bases;
  const std::size_t me = s.by_client ? 0 : 1;
  const std::size_t peer = 1 - me;
  // Sockets one after the other begin with quite different numbers.
  const std::uint32_t apart = s.initial * 1'000'000'007u;
  TcpSpec spec;
  spec.source = view.ipv6 ? "2001:db8::1" : "10.0.0.1";
  spec.destination = view.ipv6 ? "2001:db8::2" : "10.0.0.2";
  spec.source_port = s.client_port;
  spec.destination_port = 443;
  if (!s.by_client) {
    std::swap(spec.source, spec.destination);
    std::swap(spec.source_port, spec.destination_port);
  }
  const auto wrap = [](std::int64_t n) {
    return static_cast<std::uint32_t>(n);
  };
  spec.seq = base.isn[me] + apart + wrap(s.seq);
  const std::uint32_t theirs = base.isn[peer] + apart;
  spec.ack = s.has(kAck) ? theirs + wrap(s.ack) : 0;
  spec.flags = s.flags;
  spec.window = s.window;
  spec.ip_id = s.ip_id ? static_cast<std::uint16_t>(base.ip_id[me] + *s.ip_id +
                                                    s.socket * 5000u)
                       : std::uint16_t{0};
  spec.ttl = s.ttl;
  if (s.timestamps) {
    const std::uint32_t echo = s.tsecr ? base.tsval[peer] + *s.tsecr : 0;
    spec.timestamps = {base.tsval[me] + s.tsval, echo};
  }
  for (const auto& [left, right] : s.sack) {
    spec.sack.emplace_back(theirs + wrap(left), theirs + wrap(right));
  }
  spec.payload = s.length;
  if (s.options) {
    spec.mss = s.mss;
    spec.window_scale = s.window_scale;
    spec.sack_permitted = s.sack_permitted;
  }
  return spec;
}

Frame icmp_packet(const Sent& s, const View& view) {
  // Quotes a data segment of the host it goes to.
  Sent quoted;
  quoted.by_client = !s.by_client;
  quoted.seq = s.seq;
  quoted.flags = kAck;
  quoted.length = 100;
  quoted.socket = s.socket;
  quoted.initial = s.initial;
  quoted.client_port = s.client_port;
  Frame original = tcp_packet(tcp_spec(quoted, view));
  original.resize(28);
  Tins::ICMP icmp(Tins::ICMP::DEST_UNREACHABLE);
  icmp.code(4);
  icmp.mtu(static_cast<std::uint16_t>(s.mtu));
  const char* const to = s.by_client ? "10.0.0.2" : "10.0.0.1";
  auto packet = Tins::IP(to, "10.9.9.9") / icmp / Tins::RawPDU(original);
  return packet.serialize();
}

struct Rendered {
  Frame bytes;
  std::uint32_t wire_length = 0;
  LinkType link = kEthernet;
};

Frame link_header(const Passing& p, const View& view) {
  const bool out = p.outgoing;
  const std::uint8_t host = p.sent->mac;
  const std::uint8_t mac = out ? 0x77 : host;
  const Frame protocol = be16(view.ipv6 ? 0x86dd : 0x0800);
  const Frame address = Frame{2, 0, 0, 0, p.sent->by_client, mac};
  const std::uint8_t type = out ? 4 : 0;  // PACKET_OUTGOING, PACKET_HOST
  switch (view.carrier) {
    case Carrier::any_sll:
      return Frame{0, type} + be16(1) + be16(6) + address + zeros(2) + protocol;
    case Carrier::any_sll2:
      return protocol + zeros(2) + be32(p.sent->by_client != out ? 2 : 3) +
             be16(1) + Frame{type, 6} + address + zeros(2);
    case Carrier::ethernet:
    case Carrier::any_ethernet:
      break;
  }
  return Frame{2, 0, 0, 0, !p.sent->by_client, mac} + address + protocol;
}

Rendered render(const Passing& p, const View& view) {
  Rendered frame;
  TcpSpec spec = tcp_spec(*p.sent, view);
  if (p.outgoing) --spec.ttl;
  Frame packet = p.sent->fragmentation_needed ? icmp_packet(*p.sent, view)
                                              : tcp_packet(spec);
  if (p.sent->zero_length) packet[2] = packet[3] = 0;
  if (view.carrier == Carrier::any_sll) frame.link = kSll;
  if (view.carrier == Carrier::any_sll2) frame.link = kSll2;
  frame.bytes = link_header(p, view) + packet;
  frame.wire_length = static_cast<std::uint32_t>(frame.bytes.size());
  if (frame.bytes.size() > kSnapLength) frame.bytes.resize(kSnapLength);
  return frame;
}

class Collector : public FlowListener {
 public:
  explicit Collector(Outcome& outcome) : outcome_(outcome) {}
  void finished(const Connection& c, std::uint32_t) override {
    outcome_.flows.push_back(finished_flow(c));
  }
  void unanswered(const HalfOpen& attempt, const SynRetry*) override {
    outcome_.unanswered.push_back({attempt.id, attempt.syns});
  }

 private:
  Outcome& outcome_;
};

void amend(std::vector<Captured>& captured) {
  for (Captured& c : captured) c.final = c.facts;
  for (const Captured& c : captured) {
    const SegmentFacts& f = c.facts;
    if (f.amended_frame == 0 || f.amended_frame > captured.size()) continue;
    SegmentFacts& earlier = captured[f.amended_frame - 1].final;
    earlier.segment_class = f.amended_class;
    earlier.necessity = f.amended_necessity;
    earlier.confidence = f.amended_confidence;
  }
}

}  // namespace

Outcome play(std::string_view exchange, const View& view) {
  Outcome outcome;
  outcome.exchange = std::string(exchange);
  const std::vector<Sent> sent = parse_exchange(exchange);
  std::vector<Segment> segments;
  for (const Passing& p : passing(sent, view)) {
    const Rendered frame = render(p, view);
    PacketView packet;
    packet.time = stamp_ns(kStart) + p.time;
    packet.data = frame.bytes;
    packet.wire_length = frame.wire_length;
    packet.frame = segments.size() + 1;
    Segment segment;
    const Verdict verdict = decode(packet, frame.link, {}, segment);
    if (verdict != Verdict::tcp && verdict != Verdict::icmp) {
      throw std::logic_error("a rendered packet was not decoded");
    }
    segment.payload = {};
    segments.push_back(segment);
    outcome.captured.push_back({*p.sent, segment, {}, {}, p.copy});
  }
  Collector collector(outcome);
  FlowTable table(view.limits, collector);
  for (std::size_t i = 0; i < segments.size(); i += view.batch) {
    const std::size_t n = std::min(view.batch, segments.size() - i);
    std::array<SegmentFacts, kBatch> facts;
    table.advance(std::span(segments).subspan(i, n), facts);
    for (std::size_t k = 0; k < n; ++k)
      outcome.captured[i + k].facts = facts[k];
  }
  table.finish();
  outcome.counters = table.counters();
  outcome.scopes = table.scopes().size();
  std::sort(outcome.flows.begin(), outcome.flows.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  amend(outcome.captured);
  return outcome;
}

Outcome observe(std::string_view exchange, const View& view) {
  // Each number wraps soon, at once, or changes sign.
  static constexpr Bases kBases[] = {
      {{0u - 30'000u, 0u - 10'000u}, {0u - 75u, 0u - 101u}, {65'511, 65'523}},
      {{0xffff'ffff, 0xffff'ffff}, {0u - 11u, 0u - 1u}, {65'528, 65'530}},
      {{0x7fff'ff00, 0x7fff'0000},
       {0x7fff'ffa1, 0x7fff'fff3},
       {32'750, 32'765}},
  };
  Outcome outcome = play(exchange, view);
  const auto expected = lines_of(outcome.facts_text());
  const auto expect_equal = [&](const View& other, const std::string& how) {
    const auto got = lines_of(play(exchange, other).facts_text());
    const auto [a, b] =
        std::mismatch(expected.begin(), expected.end(), got.begin(), got.end());
    if (a == expected.end() && b == got.end()) return;
    ADD_FAILURE() << how << " the outcome differs:\n"
                  << (a == expected.end() ? "(end)" : *a) << "\n"
                  << (b == got.end() ? "(end)" : *b);
  };
  View other = view;
  for (const Bases& bases : kBases) {
    other.bases = bases;
    // An IP-ID of 0 may mean that none was set, and then proves less of a
    // copy.
    if (view.carrier != Carrier::ethernet) {
      other.bases.ip_id[0] = view.bases.ip_id[0];
      other.bases.ip_id[1] = view.bases.ip_id[1];
    }
    expect_equal(
        other, fmt::format("with ISNs {} and {}", bases.isn[0], bases.isn[1]));
  }
  other = view;
  other.batch = 1;
  expect_equal(other, "one by one");
  return outcome;
}

const Captured& Outcome::at(std::string_view label, std::size_t n) const {
  for (const Captured& c : captured) {
    if (c.sent.label == label && n-- == 0) return c;
  }
  throw std::out_of_range("not captured: " + std::string(label));
}

const FinishedFlow& Outcome::flow() const {
  if (flows.size() != 1) throw std::out_of_range("not one flow\n" + text());
  return flows.front();
}

std::vector<Nanos> Outcome::samples(Dir half, bool network_only) const {
  std::vector<Nanos> found;
  for (const Captured& c : captured) {
    for (std::size_t i = 0; i < c.facts.rtt_count; ++i) {
      const RttSample& sample = c.facts.rtt[i];
      if (sample.half != half || (network_only && !sample.network)) continue;
      found.push_back(sample.rtt);
    }
  }
  return found;
}

std::vector<Nanos> Outcome::services() const {
  std::vector<Nanos> found;
  for (const Captured& c : captured) {
    if (c.facts.has_service) found.push_back(c.facts.turn);
  }
  return found;
}

std::size_t Outcome::count(Dir dir, SegmentClass segment_class) const {
  return static_cast<std::size_t>(
      std::count_if(captured.begin(), captured.end(), [&](const Captured& c) {
        return c.segment.transport == Transport::tcp && c.facts.dir == dir &&
               c.final.segment_class == segment_class;
      }));
}

}  // namespace netlat::test
