// TCP flows as one link of the wire has seen them.

#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>

#include "tests/lab/wire/packet_view.h"
#include "tests/lab/wire/verdict.h"

namespace lab {

// `first` sends in direction 0 of the link, `second` in direction 1.
struct FlowKey {
  uint32_t link = 0;
  Endpoint first;
  Endpoint second;
  bool operator==(const FlowKey&) const = default;
};

struct FlowKeyHash {
  size_t operator()(const FlowKey& key) const;
};

struct FlowDirection {
  bool seen = false;
  bool fin = false;
  uint32_t end = 0;            // highest sequence number sent, plus one
  uint32_t ack = 0;            // last acknowledgement sent
  uint64_t data_segments = 0;  // with payload, new or not
};

struct Flow {
  std::array<FlowDirection, 2> direction;
  int64_t last_ns = 0;
  uint32_t in_flight = 0;  // packets under way that point here
  bool closed = false;     // by RST, or by FIN from both
  bool forgotten = false;  // by the link's middlebox
};

struct Sighting {
  Flow* flow = nullptr;  // only TCP; valid while in_flight is not zero
  Kind kind = Kind::kOther;
  uint64_t ordinal = 0;  // of this data segment in its flow and direction
};

class FlowMemory {
 public:
  FlowMemory() { flows_.reserve(sweep_at_); }

  // A packet entered the link in `direction` (0 or 1). Of flows idle longer
  // than idle_limit_ns (0: no limit) all but a new SYN is marked forgotten.
  Sighting observe(uint32_t link, unsigned direction, const PacketView& view,
                   int64_t now_ns, int64_t idle_limit_ns);

  auto begin() const { return flows_.begin(); }
  auto end() const { return flows_.end(); }

 private:
  void sweep(int64_t now_ns);

  std::unordered_map<FlowKey, Flow, FlowKeyHash> flows_;
  size_t sweep_at_ = 65536;
};

}  // namespace lab
