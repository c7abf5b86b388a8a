#include "lib/flowlog/other_legs.h"

#include <algorithm>

namespace netlat {

namespace {

// To a hundredth of the larger; a few packets' headers differ in any case.
bool alike(std::uint64_t a, std::uint64_t b) {
  const auto [least, most] = std::minmax(a, b);
  return most - least <= most / 100;
}

}  // namespace

std::size_t OtherLegs::Hash::operator()(const End& end) const noexcept {
  return keyed({end.at.address.word0(), end.at.address.word1(), end.at.port,
                end.protocol, 0, 0});
}

std::size_t OtherLegs::Hash::operator()(const Key& key) const noexcept {
  return keyed({key.shared.at.address.word0(), key.shared.at.address.word1(),
                key.shared.at.port, key.shared.protocol, key.translator.word0(),
                key.translator.word1()});
}

std::size_t OtherLegs::Hash::operator()(const LegId& id) const noexcept {
  return keyed({(*this)(id.key), id.other.address.word0(),
                id.other.address.word1(), id.other.port, id.in_front ? 1U : 0U,
                0});
}

void OtherLegs::watch(const MeasuredFlow& flow) {
  watched_.insert({{flow.client, flow.client_port}, flow.protocol});
  watched_.insert({{flow.server, flow.server_port}, flow.protocol});
}

void OtherLegs::note(const LogRecord& r, bool shared_is_dst) {
  const LogEnd src{r.src, r.src_port}, dst{r.dst, r.dst_port};
  const LogEnd& shared = shared_is_dst ? dst : src;
  const LogEnd& other = shared_is_dst ? src : dst;
  const End end{shared, r.protocol};
  if (!watched_.contains(end)) return;
  // In front of a translator its interface logs its own address for that of
  // the shared end; behind it the translator is the other end.
  const IpAddress& logged = shared_is_dst ? r.logged_dst : r.logged_src;
  const bool in_front = logged != shared.address;
  const LegId id{{end, in_front ? logged : other.address}, other, in_front};
  if (legs_.size() == kMostLegs && !by_id_.contains(id)) return;
  const auto [at, added] =
      by_id_.emplace(id, static_cast<std::uint32_t>(legs_.size()));
  if (added) legs_.push_back({id, {}, {}});
  Leg& leg = legs_[at->second];
  (shared_is_dst ? leg.to_shared : leg.from_shared).add(r);
}

void OtherLegs::note(const LogRecord& record) {
  if (record.action == LogAction::reject || translators_.empty() ||
      !translators_.contains(interface_hash(record.interface))) {
    return;
  }
  note(record, true);
  note(record, false);
}

void OtherLegs::finish() {
  for (std::uint32_t i = 0; i < legs_.size(); ++i) {
    by_key_[legs_[i].id.key].push_back(i);
  }
  for (auto& [key, indexes] : by_key_) {
    std::sort(indexes.begin(), indexes.end(),
              [&](std::uint32_t a, std::uint32_t b) {
                return legs_[a].to_shared.traffic().bytes <
                       legs_[b].to_shared.traffic().bytes;
              });
  }
}

const OtherLegs::Leg* OtherLegs::only_match(const Key& key,
                                            const JoinedFlow& joined,
                                            bool shared_is_server,
                                            bool in_front) const {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  const Sightings& to = shared_is_server ? joined.to_server : joined.to_client;
  const Sightings& from =
      shared_is_server ? joined.to_client : joined.to_server;
  const std::uint64_t sent = to.traffic().bytes;
  const auto least = std::partition_point(
      found->second.begin(), found->second.end(), [&](std::uint32_t i) {
        const std::uint64_t bytes = legs_[i].to_shared.traffic().bytes;
        return bytes < sent && !alike(bytes, sent);
      });
  const Leg* match = nullptr;
  for (auto at = least; at != found->second.end(); ++at) {
    const Leg& l = legs_[*at];
    if (!alike(l.to_shared.traffic().bytes, sent)) break;
    if (l.id.in_front != in_front) continue;
    if (!alike(l.from_shared.traffic().bytes, from.traffic().bytes)) continue;
    if (l.to_shared.first() - FlowJoin::kSlack > joined.flow.end ||
        l.to_shared.last() + FlowJoin::kSlack < joined.flow.start) {
      continue;
    }
    if (match != nullptr) return nullptr;
    match = &l;
  }
  return match;
}

std::optional<LogEnd> OtherLegs::find(const JoinedFlow& joined) const {
  const MeasuredFlow& f = joined.flow;
  const LogEnd client{f.client, f.client_port}, server{f.server, f.server_port};
  for (const bool shared_is_server : {true, false}) {
    const End shared{shared_is_server ? server : client, f.protocol};
    const IpAddress& other = shared_is_server ? f.client : f.server;
    // Seen in front of the translator, and behind it.
    const Leg* leg = nullptr;
    if (joined.via) {
      leg = only_match({shared, *joined.via}, joined, shared_is_server, false);
    } else {
      leg = only_match({shared, other}, joined, shared_is_server, true);
    }
    if (leg != nullptr) return leg->id.other;
  }
  return std::nullopt;
}

}  // namespace netlat
