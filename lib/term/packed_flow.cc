#include "netlat/term/packed_flow.h"

#include <algorithm>
#include <type_traits>

namespace netlat {

namespace {

// Archives: put() appends a field, or takes it off the front.

class Packer {
 public:
  explicit Packer(std::string& octets) : octets_(octets) {}

  void put(Nanos t) { put_signed(octets_, t.count()); }
  void put(Stamp t) { put_signed(octets_, to_ns(t)); }
  /// A whole number.
  void put_beyond(std::int64_t& before, float f) {
    const auto whole = static_cast<std::int64_t>(f);
    put_signed(octets_, whole - before);
    before = whole;
  }
  void put(const std::string& text) {
    put_number(octets_, text.size());
    octets_ += text;
  }
  void put(const IpAddress& address) {
    const auto octets = address.bytes();
    const std::size_t skipped = address.is_v4() ? kMapped : 0;
    octets_ += static_cast<char>(skipped);
    for (std::size_t i = skipped; i < octets.size(); ++i) {
      octets_ += static_cast<char>(octets[i]);
    }
  }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class T>
  requires std::is_enum_v<T> || std::is_unsigned_v<T>
  void put(T number) {
    put_number(octets_, static_cast<std::uint64_t>(number));
  }

  /// Octets that every IPv4 address begins with.
  static constexpr std::size_t kMapped = 12;

 private:
  std::string& octets_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view octets) : octets_(octets) {}

  void put(Nanos& t) { t = Nanos{octets_.signed_number()}; }
  void put(Stamp& t) { t = stamp_ns(octets_.signed_number()); }
  void put_beyond(std::int64_t& before, float& f) {
    before += octets_.signed_number();
    f = static_cast<float>(before);
  }
  void put(std::string& text) {
    text = octets_.octets(static_cast<std::size_t>(octets_.number()));
  }
  void put(IpAddress& address) {
    const bool v4 = octets_.octet() == Packer::kMapped;
    std::array<std::uint8_t, 16> bytes{};
    const std::size_t size = v4 ? 4 : 16;
    for (std::size_t i = 0; i < size; ++i) bytes[i] = octets_.octet();
    address = v4 ? IpAddress::v4(bytes.data()) : IpAddress::v6(bytes.data());
  }
  template <class T>
  void put(std::optional<T>& value) {
    bool there = false;
    put(there);
    if (!there) return;
    put(value.emplace());
  }
  template <class T>
  requires std::is_enum_v<T> || std::is_unsigned_v<T>
  void put(T& number) { number = static_cast<T>(octets_.number()); }

 private:
  OctetReader octets_;
};

template <class Archive, class Times>
void put_times(Archive& archive, Times& t) {
  archive.put(t.n);
  if (t.n == 0) return;
  // They ascend: of each what it has more than the one before.
  std::int64_t before = 0;
  for (auto* value : {&t.min, &t.p50, &t.p90, &t.p95, &t.p99, &t.max}) {
    archive.put_beyond(before, *value);
  }
}

template <class Archive, class Direction>
void put_direction(Archive& archive, Direction& d) {
  for (auto* n : {&d.packets, &d.bytes, &d.capture_gap_bytes}) archive.put(*n);
  archive.put(d.zero_window);
  archive.put(d.stall);
  archive.put(d.retransmits);
  bool causes = std::any_of(d.by_cause.begin(), d.by_cause.end(),
                            [](std::uint32_t n) { return n > 0; });
  archive.put(causes);
  if (causes) {
    for (auto& n : d.by_cause) archive.put(n);
  }
  for (auto* n :
       {&d.segments, &d.spurious, &d.lost_upstream, &d.lost_downstream,
        &d.reordered, &d.dup_acks, &d.zero_windows, &d.max_in_flight}) {
    archive.put(*n);
  }
  archive.put(d.mss);
}

template <class Archive, class Flow>
void put_flow(Archive& archive, Flow& f) {
  archive.put(f.id);
  archive.put(f.proto);
  archive.put(f.end);
  archive.put(f.start);
  archive.put(f.outcome);
  archive.put(f.syn_retransmits);
  archive.put(f.synack_retransmits);
  archive.put(f.one_sided);
  archive.put(f.client);
  archive.put(f.server);
  archive.put(f.client_port);
  archive.put(f.server_port);
  archive.put(f.start_time);
  archive.put(f.end_time);
  archive.put(f.sni);
  archive.put(f.client_zone);
  archive.put(f.server_zone);
  archive.put(f.connect);
  for (auto* times : {&f.server_rtt, &f.server_ack, &f.client_rtt,
                      &f.client_ack, &f.service, &f.elapsed}) {
    put_times(archive, *times);
  }
  archive.put(f.turns);
  put_direction(archive, f.c2s);
  put_direction(archive, f.s2c);
}

}  // namespace

PackedFlow::PackedFlow(const FlowRow& flow) {
  std::string octets;
  constexpr std::size_t kUsual = 512;
  octets.reserve(kUsual);
  Packer packer(octets);
  put_flow(packer, flow);
  octets_ = PackedOctets(octets);
}

FlowRow PackedFlow::unpack() const {
  FlowRow flow;
  Unpacker unpacker(octets_.view());
  put_flow(unpacker, flow);
  return flow;
}

}  // namespace netlat
