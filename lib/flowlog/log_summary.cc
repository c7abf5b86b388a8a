// Bytes go to a pair of zones only when a talker is settled: at the end, when
// it makes room for another, or when one of its addresses moves to another
// zone.  Until then a zone that only later records tell is still of use.

#include "netlat/flowlog/log_summary.h"

#include <algorithm>
#include <functional>

namespace netlat {

namespace {

void add(Traffic& to, const Traffic& traffic) {
  to.bytes += traffic.bytes;
  to.packets += traffic.packets;
}

}  // namespace

PlaceId LogSummary::place(std::string_view said, const IpAddress& address,
                          Stamp time) {
  const PlaceId mapped = places_.at(address, time);
  if (said.empty()) return mapped;
  const PlaceId named = places_.named(said);
  if (mapped != 0 && named != mapped) ++zone_disagreements_;
  return named != 0 ? named : mapped;
}

void LogSummary::move_to(Talker& talker, PlaceId client, PlaceId server) {
  const auto moved = [](PlaceId before, PlaceId now) {
    return before != 0 && now != 0 && before != now;
  };
  if (moved(talker.client_place, client) ||
      moved(talker.server_place, server)) {
    settle(talker);
    talker.forget();
  }
  if (client != 0) talker.client_place = client;
  if (server != 0) talker.server_place = server;
}

void LogSummary::reject(Talker& talker, const LogRecord& record) {
  ++rejected_records_;
  rejected_packets_ += record.packets;
  ++talker.rejected_records;
  talker.rejected_packets += record.packets;
  if (record.reject_reason.empty()) return;
  const auto found = reasons_.find(record.reject_reason);
  if (found != reasons_.end()) {
    ++found->second;
  } else if (reasons_.size() < kMostReasons) {
    reasons_.emplace(record.reject_reason, 1);
  }
}

void LogSummary::record(const LogRecord& record) {
  if (record.status != LogStatus::ok) return;
  ++by_provider_[static_cast<std::size_t>(record.provider)];
  first_ = std::min(first_, record.start);
  last_ = std::max(last_, record.end);
  const auto [key, sender] = talker_of(record);
  const PlaceId src = place(record.src_zone, record.src, record.start);
  const PlaceId dst = place(record.dst_zone, record.dst, record.start);
  Talker& talker = talkers_.of(key);
  if (sender == TalkerSide::client) {
    move_to(talker, src, dst);
  } else {
    move_to(talker, dst, src);
  }
  talker.first = std::min(talker.first, record.start);
  talker.last = std::max(talker.last, record.end);
  if (record.action == LogAction::reject) return reject(talker, record);
  ++talker.records;
  talker.add(sender, interface_hash(record.interface),
             {record.bytes, record.packets});
  talker.lost_packets += record.lost_packets;
  lost_packets_ += record.lost_packets;
  if (record.rtt) {
    ++talker.rtt_samples;
    talker.rtt_sum += *record.rtt;
    talker.rtt_min = std::min(talker.rtt_min, *record.rtt);
    talker.rtt_max = std::max(talker.rtt_max, *record.rtt);
  }
}

void LogSummary::settle(const Talker& talker) {
  const ZoneRelation relation =
      places_.relation(talker.client_place, talker.server_place);
  for (const TalkerSide sender : {TalkerSide::client, TalkerSide::server}) {
    const Traffic traffic = talker.traffic(sender);
    if (traffic.packets == 0 && traffic.bytes == 0) continue;
    const auto pair = sender == TalkerSide::client
                          ? std::pair(talker.client_place, talker.server_place)
                          : std::pair(talker.server_place, talker.client_place);
    add(pairs_[pair], traffic);
    add(by_relation_[static_cast<std::size_t>(relation)], traffic);
    add(total_, traffic);
  }
}

void LogSummary::finish() {
  for (const Talker* talker : talkers_.all()) settle(*talker);
}

std::vector<PairTotal> LogSummary::pairs() const {
  std::vector<PairTotal> found;
  for (const auto& [pair, traffic] : pairs_) {
    found.push_back({pair.first, pair.second, traffic});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const PairTotal& a, const PairTotal& b) {
                     return a.traffic.bytes > b.traffic.bytes;
                   });
  return found;
}

}  // namespace netlat
