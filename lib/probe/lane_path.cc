#include "lib/probe/lane_path.h"

#include <algorithm>

namespace netlat {

namespace {

// TTLs without an answer that a search goes on for.
constexpr unsigned kSearchAhead = 8;
constexpr unsigned kChange = 2, kBalancedChange = 10;
// So many are no chance even where every second probe is lost.
constexpr unsigned kSilencesAtTarget = 10;
// Enough to fit a rate limiter and to weigh recent loss.
constexpr std::size_t kMostOutcomes = 1024;
constexpr std::uint32_t kMostEpochs = 32;

void add_outcome(HopSeries& series, const SentProbe& probe, bool answered,
                 Nanos rtt) {
  if (series.outcomes.size() >= kMostOutcomes) {
    series.outcomes.erase(series.outcomes.begin(),
                          series.outcomes.begin() + kMostOutcomes / 2);
  }
  series.outcomes.push_back({probe.sent_steady, probe.round, answered, rtt});
}

// A probe that is answered after all was not lost.
void forget_silence(HopSeries& series, const SentProbe& probe) {
  const auto silence = std::find_if(
      series.outcomes.begin(), series.outcomes.end(),
      [&](const auto& o) { return o.round == probe.round && !o.answered; });
  if (silence != series.outcomes.end()) series.outcomes.erase(silence);
}

void clear_counts(HopSeries& s) {
  s.sent = s.answered = s.late = s.expired = s.kernel_stamped = 0;
  s.rtt = {};
  s.mtr = {};
  s.outcomes = {};
}

}  // namespace

LanePath::LanePath(std::uint16_t lane, std::uint8_t first_ttl,
                   std::uint8_t max_ttl, bool limited)
    : lane_(lane),
      first_ttl_(first_ttl),
      max_ttl_(max_ttl),
      limited_(limited),
      searched_(first_ttl - 1u),
      highest_answered_(first_ttl - 1u) {}

std::uint32_t LanePath::add_series(std::uint8_t ttl) {
  HopSeries& s = series_.emplace_back();
  s.lane = lane_;
  s.ttl = ttl;
  s.epoch = epoch_;
  return static_cast<std::uint32_t>(series_.size() - 1);
}

std::uint32_t LanePath::series_for(std::uint8_t ttl) {
  Place& place = places_[ttl];
  if (place.current == kNone) place.current = add_series(ttl);
  return place.current;
}

// Where the answer counts: the series of the probe if that address is its
// own, else one of the present epoch.
std::uint32_t LanePath::series_of(const SentProbe& probe,
                                  const IpAddress& from) {
  HopSeries& own = series_[probe.series];
  if (!own.address) own.address = from;
  if (own.address == from) return probe.series;
  for (std::uint32_t i = 0; i < series_.size(); ++i) {
    const HopSeries& s = series_[i];
    if (s.ttl == probe.ttl && s.epoch == epoch_ && s.address == from) return i;
  }
  std::uint32_t made = places_[probe.ttl].current;
  if (made == kNone || series_[made].address) made = add_series(probe.ttl);
  series_[made].address = from;
  return made;
}

void LanePath::answered(const SentProbe& probe, const Answer& answer,
                        Nanos wall) {
  if (!counts(probe)) return;
  // Of an epoch that is forgotten.
  if (answer.late && series_[probe.series].expired == 0) return;
  const std::uint32_t index = series_of(probe, answer.from);
  if (index != probe.series) {
    --series_[probe.series].sent;
    ++series_[index].sent;
    if (answer.late) {
      --series_[probe.series].expired;
      ++series_[index].expired;
    }
  }
  HopSeries& s = series_[index];
  if (answer.late) {
    --s.expired;
    ++s.late;
    forget_silence(series_[probe.series], probe);
  } else {
    ++s.answered;
    add_outcome(s, probe, true, answer.rtt);
  }
  s.rtt.add(probe.round, answer.rtt);
  s.mtr.add(answer.rtt);
  s.kind = answer.kind;
  s.type = answer.type;
  s.code = answer.code;
  if (answer.mtu != 0) s.mtu = answer.mtu;
  if (answer.level == StampLevel::kernel) ++s.kernel_stamped;
  if (!answer.extension.empty()) s.extension = answer.extension;
  if (answer.reply_ttl) {
    s.same_reply_ttl =
        s.reply_ttl == answer.reply_ttl ? s.same_reply_ttl + 1 : 1;
    s.reply_ttl = answer.reply_ttl;
  }
  places_[probe.ttl].silences = 0;
  note_distance(probe.ttl, answer.kind);
  if (!answer.late) note_rival(probe.ttl, index, wall);
}

void LanePath::expired(const SentProbe& probe) {
  if (!counts(probe)) return;
  HopSeries& s = series_[probe.series];
  ++s.expired;
  add_outcome(s, probe, false, Nanos{0});
  const unsigned silences = ++places_[probe.ttl].silences;
  if (!limited_ && distance_ == probe.ttl && silences >= kSilencesAtTarget &&
      probe.ttl > first_ttl_ && places_[probe.ttl - 1].silences == 0) {
    reopen(probe.ttl);
  }
}

bool LanePath::answers(std::uint8_t ttl, const IpAddress& from) const {
  return std::any_of(series_.begin(), series_.end(), [&](const HopSeries& s) {
    return s.ttl == ttl && s.epoch == epoch_ && s.address == from &&
           s.answered > 0;
  });
}

void LanePath::quoted(const SentProbe& probe, const IpAddress& from,
                      const Rewrite& rewrite) {
  const auto whose =
      std::find_if(series_.rbegin(), series_.rend(), [&](const HopSeries& s) {
        return s.ttl == probe.ttl && s.address == from;
      });
  // A router whose answers the kernel does not take for ours has no series.
  auto& known =
      (whose == series_.rend() ? series_[probe.series] : *whose).rewrite;
  // The kernel tells less of a quote than a raw socket does of the same.
  if (known && known->quoted.ttl && !rewrite.quoted.ttl) return;
  known = rewrite;
}

void LanePath::count_from(Nanos steady) {
  counted_from_ = steady;
  for (HopSeries& s : series_) clear_counts(s);
}

void LanePath::note_distance(std::uint8_t ttl, AnswerKind kind) {
  highest_answered_ = std::max<unsigned>(highest_answered_, ttl);
  if (kind == AnswerKind::reached) {
    if (!distance_ || ttl < *distance_) distance_ = ttl;
  } else if (kind == AnswerKind::unreachable || kind == AnswerKind::too_big) {
    blocked_ = std::min(blocked_.value_or(ttl), ttl);
  } else if (kind == AnswerKind::time_exceeded) {
    if (distance_ && ttl >= *distance_) reopen(ttl);
    if (blocked_ && ttl >= *blocked_) blocked_.reset();
  }
}

void LanePath::reopen(std::uint8_t ttl) {
  distance_.reset();
  highest_answered_ = ttl;
  searched_ = ttl;
}

void LanePath::note_rival(std::uint8_t ttl, std::uint32_t series, Nanos wall) {
  Place& place = places_[ttl];
  if (place.current == kNone || series_[series].epoch != epoch_) return;
  if (series == place.current) {
    if (place.rival_run > 0) place.balanced = true;
    place.rival_run = 0;
    return;
  }
  place.rival_run = place.rival == series ? place.rival_run + 1 : 1;
  place.rival = series;
  if (place.rival_run >= (place.balanced ? kBalancedChange : kChange)) {
    change_route(wall);
  }
}

// A route that changes for days is told of by its last epochs and events.
void LanePath::forget_old_epochs() {
  if (events_.size() > kMostEpochs) events_.erase(events_.begin());
  for (std::uint32_t i = 0; i < series_.size(); ++i) {
    HopSeries& s = series_[i];
    const bool settled = s.sent == s.answered + s.late + s.expired;
    if (s.epoch + kMostEpochs < epoch_ && settled &&
        places_[s.ttl].current != i) {
      clear_counts(s);
    }
  }
}

// One change is seen at every hop behind it; the first of them names it.
void LanePath::change_route(Nanos wall) {
  unsigned first = first_ttl_;
  while (places_[first].rival_run == 0) ++first;
  ++epoch_;
  PathEvent event;
  event.wall = wall;
  event.lane = lane_;
  event.ttl = static_cast<std::uint8_t>(first);
  event.epoch = epoch_;
  event.before = series_[places_[first].current].address;
  event.after = *series_[places_[first].rival].address;
  events_.push_back(event);
  for (unsigned ttl = first; ttl <= max_ttl_; ++ttl) {
    const Place old = places_[ttl];
    places_[ttl] = {};
    if (old.rival_run == 0) continue;
    series_[old.rival].epoch = epoch_;
    places_[ttl].current = old.rival;
  }
  forget_old_epochs();
}

std::optional<std::uint8_t> LanePath::search() const {
  if (distance_ || blocked_) return std::nullopt;
  const unsigned window =
      std::min<unsigned>(max_ttl_, highest_answered_ + kSearchAhead);
  if (searched_ >= window) return std::nullopt;
  return static_cast<std::uint8_t>(searched_ + 1);
}

void LanePath::searched(std::uint8_t ttl) {
  searched_ = std::max<unsigned>(searched_, ttl);
}

std::uint8_t LanePath::limit() const {
  if (distance_) return *distance_;
  if (blocked_) return *blocked_;
  return static_cast<std::uint8_t>(
      std::min<unsigned>(max_ttl_, highest_answered_ + 1));
}

bool LanePath::beyond(const HopSeries& series) const {
  if (series.ttl <= limit()) return false;
  if (series.epoch == epoch_) return true;
  if (series.kind != AnswerKind::reached) return false;
  return std::any_of(
      series_.begin(), series_.end(), [&](const HopSeries& nearer) {
        return nearer.epoch == series.epoch && nearer.ttl < series.ttl &&
               nearer.kind == AnswerKind::reached && nearer.address;
      });
}

bool LanePath::missing(std::uint8_t ttl) const {
  const Place& place = places_[ttl];
  if (place.current == kNone) return false;
  const HopSeries& s = series_[place.current];
  return s.expired > 0 && s.answered + s.late > 0;
}

bool LanePath::silent(std::uint8_t ttl) const {
  const Place& place = places_[ttl];
  return place.current == kNone || !series_[place.current].address;
}

}  // namespace netlat
