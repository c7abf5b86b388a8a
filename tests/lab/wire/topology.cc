#include "tests/lab/wire/topology.h"

#include <algorithm>
#include <random>

namespace lab {
namespace {

using netlat::Error;
using netlat::Result;

// Neighbouring seeds must not give related sequences.
uint64_t pair_seed(uint64_t seed, size_t pair) {
  std::seed_seq mixed{static_cast<uint32_t>(seed),
                      static_cast<uint32_t>(seed >> 32U),
                      static_cast<uint32_t>(pair)};
  std::array<uint32_t, 2> out{};
  mixed.generate(out.begin(), out.end());
  return uint64_t{out[0]} << 32U | out[1];
}

Error unknown_device(std::string_view name) {
  return Error{"'" + std::string(name) + "' is not a device of this wire"};
}

}  // namespace

Result<void> Topology::seed(uint64_t seed) {
  if (!pairs_.empty())
    return Error{"seed must stand before the first join or hub"};
  seed_ = seed;
  return {};
}

Result<void> Topology::add(const DeviceSpec& spec) {
  if (find(spec.name))
    return Error{"there is already a device '" + spec.name + "'"};
  devices_.push_back(spec);
  places_.emplace_back();
  return {};
}

std::optional<uint32_t> Topology::find(std::string_view name) const {
  for (uint32_t i = 0; i < devices_.size(); ++i)
    if (devices_[i].name == name) return i;
  return std::nullopt;
}

Result<void> Topology::connect(const HubCommand& command) {
  std::vector<uint32_t> members;
  for (const std::string& name : command.devices) {
    const auto device = find(name);
    if (!device) return unknown_device(name);
    if (places_[*device].connected)
      return Error{"'" + name + "' is already connected"};
    places_[*device].connected = true;
    members.push_back(*device);
  }
  for (size_t i = 0; i < members.size(); ++i)
    for (size_t j = i + 1; j < members.size(); ++j)
      link_devices(members[i], members[j]);
  for (const uint32_t device : members) {
    Place& place = places_[device];
    if (command.point_to_point) {
      place.only = place.pairs.front();
      continue;
    }
    Pair& nowhere = add_pair(device, kNowhere);
    nowhere.link = static_cast<uint32_t>(links_.size());
    place.unroutable = static_cast<uint32_t>(pairs_.size() - 1);
    links_.emplace_back();
  }
  for (const uint32_t device : members)
    for (const Address& address : places_[device].addresses)
      add_route(device, address);
  return {};
}

void Topology::link_devices(uint32_t a, uint32_t b) {
  const auto forward = static_cast<uint32_t>(pairs_.size());
  const std::array<uint32_t, 2> ends{a, b};
  for (unsigned direction = 0; direction < 2; ++direction) {
    const uint32_t from = ends.at(direction);
    Pair& pair = add_pair(from, ends.at(1 - direction));
    pair.link = static_cast<uint32_t>(links_.size());
    pair.direction = direction;
    pair.reverse = forward + 1 - direction;
    places_[from].pairs.push_back(forward + direction);
  }
  links_.emplace_back();
}

Pair& Topology::add_pair(uint32_t from, uint32_t to) {
  Pair& pair = pairs_.emplace_back(pair_seed(seed_, pairs_.size()));
  pair.from = from;
  pair.to = to;
  pair.name = devices_[from].name + ">" +
              (to == kNowhere ? std::string("?") : devices_[to].name);
  return pair;
}

// Everyone connected to the owner learns the address.
void Topology::add_route(uint32_t owner, const Address& address) {
  for (const uint32_t outward : places_[owner].pairs) {
    const Pair& pair = pairs_[outward];
    places_[pair.to].routes[address] = pair.reverse;
  }
}

Result<void> Topology::add(const AddressCommand& command) {
  const auto device = find(command.device);
  if (!device) return unknown_device(command.device);
  for (const Address& address : command.addresses) {
    places_[*device].addresses.push_back(address);
    add_route(*device, address);
  }
  return {};
}

Result<void> Topology::check() const {
  if (devices_.empty()) return Error{"no device"};
  for (size_t i = 0; i < devices_.size(); ++i)
    if (!places_[i].connected)
      return Error{"device '" + devices_[i].name +
                   "' is in no join and no hub"};
  return {};
}

Result<std::vector<uint32_t>> Topology::match(
    const PairPattern& pattern) const {
  const auto fits = [this](const std::string& name, uint32_t device) {
    return name == "*" || devices_[device].name == name;
  };
  for (const std::string* const name : {&pattern.from, &pattern.to})
    if (*name != "*" && !find(*name)) return unknown_device(*name);
  std::vector<uint32_t> out;
  for (uint32_t i = 0; i < pairs_.size(); ++i) {
    const Pair& pair = pairs_[i];
    if (pair.to != kNowhere && fits(pattern.from, pair.from) &&
        fits(pattern.to, pair.to))
      out.push_back(i);
  }
  if (out.empty())
    return Error{"'" + pattern.from + "' and '" + pattern.to +
                 "' are not connected"};
  return out;
}

uint32_t Topology::route(uint32_t device, const Address& destination) const {
  const Place& place = places_[device];
  if (place.only != kNowhere) return place.only;
  const auto known = place.routes.find(destination);
  return known == place.routes.end() ? place.unroutable : known->second;
}

std::optional<Address> Topology::address_of(uint32_t device,
                                            uint8_t version) const {
  for (const Address& address : places_[device].addresses)
    if (address.version == version) return address;
  return std::nullopt;
}

}  // namespace lab
