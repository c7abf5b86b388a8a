#include "netlat/term/packed_traffic.h"

#include <initializer_list>
#include <utility>

namespace netlat {

namespace {

using Count = std::uint64_t TrafficCounts::*;
constexpr std::initializer_list<Count> kCounts = {
    &TrafficCounts::packets,
    &TrafficCounts::bytes,
    &TrafficCounts::segments,
    &TrafficCounts::retransmits,
    &TrafficCounts::lost,
    &TrafficCounts::connects,
    &TrafficCounts::connect_failures};

}  // namespace

PackedTraffic::PackedTraffic(const Traffic& traffic, OctetPool* pool) {
  std::string octets;
  for (const Count count : kCounts) put_number(octets, traffic.counts.*count);
  put_number(octets, traffic.tainted ? 1 : 0);
  for (const PackedHistogram* one :
       {&traffic.server_rtt, &traffic.client_rtt, &traffic.service}) {
    const std::string_view packed = one->view().octets();
    put_number(octets, packed.size());
    octets += packed;
  }
  octets_ = PackedOctets(octets);
  if (pool != nullptr) octets_ = pool->share(std::move(octets_));
}

PackedTraffic::Parts PackedTraffic::parts() const {
  OctetReader octets(octets_.view());
  Parts parts;
  for (const Count count : kCounts) parts.counts.*count = octets.number();
  parts.tainted = octets.number() != 0;
  for (PackedHistogram::View* one :
       {&parts.server_rtt, &parts.client_rtt, &parts.service}) {
    const auto size = static_cast<std::size_t>(octets.number());
    *one = PackedHistogram::View(octets.octets(size));
  }
  return parts;
}

}  // namespace netlat
