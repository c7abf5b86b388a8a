#pragma once
// What flow logs say as a whole: bytes between zones, the largest talkers,
// what was rejected.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "netlat/flowlog/log_record.h"
#include "netlat/flowlog/places.h"
#include "netlat/flowlog/talkers.h"

namespace netlat {

/// Traffic from one zone to another.
struct PairTotal {
  PlaceId from = 0, to = 0;
  Traffic traffic;
};

class LogSummary final : public LogSink, private TalkerTable::Leaving {
 public:
  /// `map` may be null, else outlives the summary.
  explicit LogSummary(const ZoneMap* map, std::size_t rows = TalkerTable::kRows)
      : places_(map), talkers_(*this, rows) {}

  void record(const LogRecord& record) override;
  /// No more records.
  void finish();

  const Places& places() const { return places_; }
  const TalkerTable& talkers() const { return talkers_; }

  /// Every byte of accepted traffic is in one of these; most bytes first.
  /// Requires: finish() was called.
  std::vector<PairTotal> pairs() const;
  Traffic total() const { return total_; }
  /// By the relation of the two zones.
  Traffic total(ZoneRelation relation) const {
    return by_relation_[static_cast<std::size_t>(relation)];
  }

  std::uint64_t rejected_records() const { return rejected_records_; }
  std::uint64_t rejected_packets() const { return rejected_packets_; }
  /// By reason, as far as the log gives one; at most kMostReasons.
  const std::map<std::string, std::uint64_t, std::less<>>& reasons() const {
    return reasons_;
  }
  std::uint64_t lost_packets() const { return lost_packets_; }
  /// Of records by the cloud that wrote them.
  const std::array<std::uint64_t, 4>& by_provider() const {
    return by_provider_;
  }
  /// Records whose zone is not that of the map; the record's is used.
  std::uint64_t zone_disagreements() const { return zone_disagreements_; }
  /// Earliest start and latest end; meaningless without records.
  Stamp first() const { return first_; }
  Stamp last() const { return last_; }

 private:
  static constexpr std::size_t kMostReasons = 64;

  void leave(const Talker& talker) override { settle(talker); }
  void settle(const Talker& talker);
  PlaceId place(std::string_view said, const IpAddress& address, Stamp time);
  void move_to(Talker& talker, PlaceId client, PlaceId server);
  void reject(Talker& talker, const LogRecord& record);

  Places places_;
  TalkerTable talkers_;
  std::map<std::pair<PlaceId, PlaceId>, Traffic> pairs_;
  std::array<Traffic, 4> by_relation_{};
  Traffic total_;
  std::uint64_t rejected_records_ = 0, rejected_packets_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> reasons_;
  std::uint64_t lost_packets_ = 0, zone_disagreements_ = 0;
  std::array<std::uint64_t, 4> by_provider_{};
  Stamp first_ = Stamp::max(), last_ = Stamp::min();
};

}  // namespace netlat
