// Devices, who is joined to whom, and the ordered pairs between them.

#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/lab/wire/command.h"
#include "tests/lab/wire/faults.h"
#include "tests/lab/wire/packet_pool.h"

namespace lab {

struct PairCounters {
  uint64_t packets = 0;  // entered, and made by the wire
  uint64_t octets = 0;
  uint64_t delivered = 0;
  std::array<uint64_t, kVerdictNames.size()> verdicts{};
  std::array<uint64_t, kReasonNames.size()> drops{};
};

struct Pair {
  explicit Pair(uint64_t seed) : faults(seed) {}

  std::string name;  // "cli>srv"
  uint32_t from = 0;
  uint32_t to = 0;  // kNowhere: for what a hub cannot route
  uint32_t link = 0;
  unsigned direction = 0;
  uint32_t reverse = 0;  // the pair the other way
  Faults faults;
  PairCounters counters;
  PacketList held;
};
inline constexpr uint32_t kNowhere = UINT32_MAX;

// Two devices that reach each other; both directions.
struct Link {
  int64_t forget_ns = 0;  // 0: no middlebox on it
  bool forget_rst = false;
};

class Topology {
 public:
  netlat::Result<void> seed(uint64_t seed);
  netlat::Result<void> add(const DeviceSpec& spec);
  netlat::Result<void> connect(const HubCommand& command);
  netlat::Result<void> add(const AddressCommand& command);
  // Every device must be connected.
  netlat::Result<void> check() const;

  const std::vector<DeviceSpec>& devices() const { return devices_; }
  Pair& pair(uint32_t index) { return pairs_[index]; }
  std::deque<Pair>& pairs() { return pairs_; }
  Link& link(const Pair& pair) { return links_[pair.link]; }

  // The pairs a pattern names; an error if there is none.
  netlat::Result<std::vector<uint32_t>> match(const PairPattern& pattern) const;

  // Where a packet from this device goes.
  uint32_t route(uint32_t device, const Address& destination) const;

  // The device's first address of this version, or none.
  std::optional<Address> address_of(uint32_t device, uint8_t version) const;

 private:
  struct Place {
    bool connected = false;
    uint32_t only = kNowhere;  // the pair everything takes
    uint32_t unroutable = 0;
    std::unordered_map<Address, uint32_t, AddressHash> routes;
    std::vector<uint32_t> pairs;
    std::vector<Address> addresses;
  };

  std::optional<uint32_t> find(std::string_view name) const;
  void link_devices(uint32_t a, uint32_t b);
  Pair& add_pair(uint32_t from, uint32_t to);
  void add_route(uint32_t owner, const Address& address);

  uint64_t seed_ = 1;
  std::vector<DeviceSpec> devices_;
  std::vector<Place> places_;
  std::deque<Pair> pairs_;
  std::vector<Link> links_;
};

}  // namespace lab
