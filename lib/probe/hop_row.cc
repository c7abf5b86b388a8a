#include "netlat/probe/hop_row.h"

#include <algorithm>
#include <tuple>

#include "lib/probe/rtt_growth.h"

namespace netlat {

namespace {

// A way back this much longer or shorter than the way there is another way.
constexpr unsigned kLonger = 2;
constexpr std::uint32_t kAgreeing = 5;

std::optional<unsigned> hops_back(const HopSeries& s) {
  if (!s.reply_ttl || s.same_reply_ttl < kAgreeing) return std::nullopt;
  const unsigned ttl = *s.reply_ttl;
  const unsigned first = ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
  return first - ttl + 1;
}

bool passes(const HopRow& row, const HopSeries& s) {
  return s.epoch == row.epoch && std::find(row.lanes.begin(), row.lanes.end(),
                                           s.lane) != row.lanes.end();
}

void add_series(const PathReport& report, const HopSeries& s,
                std::vector<HopRow>& rows) {
  const bool former = is_former(report, s);
  auto row = std::find_if(rows.begin(), rows.end(), [&](const HopRow& r) {
    return r.ttl == s.ttl && r.address == s.address && r.former == former &&
           (!former || r.epoch == s.epoch);
  });
  if (row == rows.end()) {
    row = rows.insert(rows.end(), HopRow{});
    row->ttl = s.ttl;
    row->address = s.address;
    row->former = former;
  }
  row->epoch = s.epoch;
  if (std::find(row->lanes.begin(), row->lanes.end(), s.lane) ==
      row->lanes.end()) {
    row->lanes.push_back(s.lane);
  }
  row->kind = s.kind;
  row->type = s.type;
  row->code = s.code;
  row->sent += s.sent;
  row->answered += s.answered;
  row->late += s.late;
  row->expired += s.expired;
  row->rtt.merge(s.rtt);
  row->mtr = s.mtr;
  if (!s.extension.empty()) row->extension = s.extension;
  if (s.reply_ttl) row->reply_ttl = s.reply_ttl;
  if (const auto back = hops_back(s)) row->return_hops = back;
  if (s.rewrite) row->rewrite = s.rewrite;
}

// The loss at `ttl` over the lanes of the row; nullopt where nobody answers.
std::optional<LossInterval> loss_at(const PathReport& report, const HopRow& row,
                                    std::uint8_t ttl, bool with_target) {
  std::uint64_t sent = 0, lost = 0, answered = 0;
  for (const HopSeries& s : report.series) {
    const bool mine = row.former
                          ? passes(row, s)
                          : !is_former(report, s) &&
                                std::find(row.lanes.begin(), row.lanes.end(),
                                          s.lane) != row.lanes.end();
    if (!mine || s.ttl != ttl) continue;
    if (!with_target && s.kind == AnswerKind::reached) continue;
    sent += s.sent;
    lost += s.expired;
    answered += s.answered + s.late;
  }
  if (answered == 0) return std::nullopt;
  return loss_interval(lost, sent);
}

bool longer_way_back(const HopRow& row) {
  return row.return_hops && *row.return_hops >= row.ttl + kLonger;
}

std::vector<ProbeOutcome> outcomes_of(const PathReport& report,
                                      const HopRow& row) {
  std::vector<ProbeOutcome> out;
  for (const HopSeries& s : report.series) {
    if (s.ttl != row.ttl || s.address != row.address) continue;
    if (is_former(report, s) != row.former) continue;
    if (row.former && s.epoch != row.epoch) continue;
    out.insert(out.end(), s.outcomes.begin(), s.outcomes.end());
  }
  return out;
}

// The least loss of the hops behind the row, if any of them answers.
std::optional<LossInterval> bound_behind(const PathReport& report,
                                         const HopRow& row, bool with_target) {
  std::optional<LossInterval> least;
  for (unsigned ttl = row.ttl + 1u; ttl <= report.plan.max_ttl; ++ttl) {
    const auto loss =
        loss_at(report, row, static_cast<std::uint8_t>(ttl), with_target);
    if (loss && (!least || std::tie(loss->share, loss->high) <
                               std::tie(least->share, least->high))) {
      least = loss;
    }
  }
  return least;
}

bool overlap(const LossInterval& a, const LossInterval& b) {
  return a.low <= b.high && b.low <= a.high;
}

// The target answers by ICMP errors; echoes beside the probes tell of loss.
void judge_by_echo(HopRow& row, const LossInterval& echo) {
  row.path = echo;
  if (row.limiter) {
    row.verdict = HopVerdict::icmp_limited;
  } else if (echo.share > 0 && overlap(row.own, echo)) {
    row.verdict = HopVerdict::loss;
  } else {
    row.verdict = HopVerdict::unjudged;
  }
}

// Answers are missing.
void judge_missing(const PathReport& report, HopRow& row) {
  const bool target = row.kind == AnswerKind::reached;
  const bool counts = target_counts(report);
  const auto behind = bound_behind(report, row, true);
  const auto echo = echo_loss(report);
  const bool echoes_lost = echo && echo->share > 0 && overlap(row.own, *echo);
  const bool alone =
      !(target && counts) && !echoes_lost && !bound_behind(report, row, counts);
  if (!target || !counts) row.limiter = fit_limiter(outcomes_of(report, row));
  if (report.plan.explain) {
    row.response = rate_response(outcomes_of(report, row), report.plan.rounds);
  }
  if (target && echo) return judge_by_echo(row, *echo);
  const auto found =
      row.response ? row.response->finding : RateFinding::undecided;
  if (behind && behind->share < row.own.share) row.path = behind;
  const bool excess = behind && row.own.low > behind->high;
  const bool unheard = echo && !echoes_lost && found != RateFinding::lost;
  if (excess || row.limiter || (alone && found == RateFinding::limited)) {
    // What later hops lose is the most that may be lost here, not the least.
    if (row.path) row.path->low = 0;
    const bool paced = row.limiter || found == RateFinding::limited;
    row.verdict = !paced && longer_way_back(row) ? HopVerdict::return_path
                                                 : HopVerdict::icmp_limited;
  } else if (alone && found != RateFinding::lost) {
    row.verdict = HopVerdict::unjudged;
  } else if (behind && behind->share == 0) {
    row.verdict = HopVerdict::ok;
  } else if (unheard) {
    row.verdict = HopVerdict::unjudged;
    row.path.reset();
  } else {
    row.verdict = HopVerdict::loss;
    if (!row.path) row.path = row.own;
  }
}

void judge(const PathReport& report, HopRow& row) {
  row.own = loss_interval(row.expired, row.sent);
  if (!row.address || row.answered + row.late == 0) {
    row.verdict = HopVerdict::silent;
  } else if (row.expired == 0) {
    row.verdict = HopVerdict::ok;
    row.path = row.own;
  } else {
    judge_missing(report, row);
  }
}

}  // namespace

std::optional<LossInterval> echo_loss(const PathReport& report) {
  if (!report.echo || report.echo->answered == 0) return std::nullopt;
  const EchoReport& e = *report.echo;
  return loss_interval(e.expired, e.answered + e.late + e.expired);
}

bool target_counts(const PathReport& report) {
  return report.plan.protocol != ProbeProtocol::udp &&
         std::none_of(report.lanes.begin(), report.lanes.end(),
                      [](const LaneReport& lane) { return lane.in_use; });
}

bool is_former(const PathReport& report, const HopSeries& series) {
  for (const HopSeries& other : report.series) {
    if (other.lane == series.lane && other.ttl == series.ttl &&
        other.epoch > series.epoch) {
      return true;
    }
  }
  const LaneReport& lane = report.lanes[series.lane];
  return series.epoch < lane.epoch && lane.distance &&
         series.ttl > *lane.distance;
}

bool asymmetric(const HopRow& row) {
  return longer_way_back(row) ||
         (row.return_hops && row.ttl >= *row.return_hops + kLonger);
}

std::vector<HopRow> judge_hops(const PathReport& report) {
  const auto aside = [](const HopSeries& s) { return s.aside; };
  if (std::any_of(report.series.begin(), report.series.end(), aside)) {
    PathReport kept = report;
    std::erase_if(kept.series, aside);
    return judge_hops(kept);
  }
  std::vector<HopRow> rows;
  for (const HopSeries& s : report.series) add_series(report, s, rows);
  for (HopRow& row : rows) judge(report, row);
  std::sort(rows.begin(), rows.end(), [](const HopRow& a, const HopRow& b) {
    return std::tuple(a.ttl, !a.former, a.epoch, a.lanes) <
           std::tuple(b.ttl, !b.former, b.epoch, b.lanes);
  });
  const auto begins = std::find_if(rows.begin(), rows.end(), [](auto& row) {
    return row.verdict == HopVerdict::loss && !row.former;
  });
  if (begins != rows.end()) begins->loss_begins = true;
  add_growth(report, rows);
  return rows;
}

const HopRow* target_row(const std::vector<HopRow>& rows) {
  const HopRow* best = nullptr;
  for (const HopRow& row : rows) {
    if (row.former || row.kind != AnswerKind::reached || !row.address) continue;
    if (best == nullptr || row.sent > best->sent) best = &row;
  }
  return best;
}

const HopSeries* lane_end(const PathReport& report, std::uint16_t lane) {
  for (const HopSeries& s : report.series) {
    if (s.lane == lane && s.kind == AnswerKind::reached && s.address &&
        s.ttl == report.lanes[lane].distance && !is_former(report, s)) {
      return &s;
    }
  }
  return nullptr;
}

std::uint64_t path_id(const PathReport& report, std::uint16_t lane) {
  // FNV-1a over TTL and address, so that a silent hop matters too.
  constexpr std::uint64_t kBasis = 14'695'981'039'346'656'037u;
  constexpr std::uint64_t kPrime = 1'099'511'628'211u;
  std::vector<const HopSeries*> hops;
  for (const HopSeries& s : report.series) {
    if (s.lane == lane && s.address && !is_former(report, s)) {
      hops.push_back(&s);
    }
  }
  std::sort(hops.begin(), hops.end(), [](const auto* a, const auto* b) {
    return std::tie(a->ttl, a->address) < std::tie(b->ttl, b->address);
  });
  std::uint64_t hash = kBasis;
  for (const HopSeries* s : hops) {
    hash = (hash ^ s->ttl) * kPrime;
    for (const std::uint8_t octet : s->address->bytes()) {
      hash = (hash ^ octet) * kPrime;
    }
  }
  return (hash ^ hash >> 48) & 0xffff'ffff'ffffu;
}

}  // namespace netlat
