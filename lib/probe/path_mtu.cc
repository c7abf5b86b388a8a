#include "netlat/probe/path_mtu.h"

#include <algorithm>

namespace netlat {

namespace {

// Sizes that routers may name one after another.
constexpr int kMostSteps = 16;

class Search {
 public:
  Search(std::uint32_t least,
         const std::function<Result<MtuTrial>(std::uint32_t)>& attempt,
         const std::function<void()>& pause)
      : least_(least), attempt_(attempt), pause_(pause) {}

  Result<PathMtu> run(std::uint32_t first);

 private:
  // Whether packets of the size get as far as small ones; a second try tells
  // loss and rate limits from a black hole.
  Result<bool> passes(std::uint32_t size);
  Result<void> bisect(std::uint32_t bad, PathMtu& out);

  std::uint32_t least_;
  const std::function<Result<MtuTrial>(std::uint32_t)>& attempt_;
  const std::function<void()>& pause_;
  MtuTrial small_, last_;
};

Result<bool> Search::passes(std::uint32_t size) {
  for (int i = 0; i < 2; ++i) {
    if (i > 0) pause_();
    auto trial = attempt_(size);
    if (!trial) return std::move(trial.error());
    last_ = *trial;
    if (last_.deepest >= small_.deepest) return true;
    if (last_.too_big) return false;
  }
  return false;
}

Result<void> Search::bisect(std::uint32_t bad, PathMtu& out) {
  std::uint32_t good = least_;
  while (bad - good > 1) {
    const std::uint32_t size = good + (bad - good) / 2;
    auto through = passes(size);
    if (!through) return std::move(through.error());
    (*through ? good : bad) = size;
  }
  out.mtu = good;
  out.black_hole->lost = bad;
  return {};
}

Result<PathMtu> Search::run(std::uint32_t first) {
  PathMtu out;
  out.first = first;
  auto small = attempt_(std::min(least_, first));
  if (!small) return std::move(small.error());
  small_ = *small;
  if (small_.deepest == 0) return out;
  out.reaches = small_.deepest;
  out.target = small_.target;
  std::uint32_t size = first;
  for (int i = 0; i < kMostSteps; ++i) {
    auto through = passes(size);
    if (!through) return std::move(through.error());
    if (*through) {
      out.mtu = size;
      return out;
    }
    const bool told = last_.too_big && last_.too_big->to < size &&
                      last_.too_big->to >= least_;
    if (!told) break;
    out.steps.push_back(*last_.too_big);
    out.steps.back().from = size;
    size = last_.too_big->to;
  }
  // Small packets again: is it their size, or has the path gone?
  pause_();
  auto again = attempt_(std::min(least_, first));
  if (!again) return std::move(again.error());
  if (again->deepest <= last_.deepest || size <= least_) return out;
  out.black_hole = BlackHole{last_.deepest, last_.hop, size};
  if (auto done = bisect(size, out); !done) return std::move(done.error());
  return out;
}

}  // namespace

MtuTrial mtu_trial(const PathReport& report) {
  MtuTrial trial;
  for (const HopSeries& s : report.series) {
    if (!s.address || s.answered + s.late == 0) continue;
    if (s.kind == AnswerKind::too_big) {
      // The router answers what it would have to pass on; what expires at it
      // is answered as ever.
      const auto ttl = static_cast<std::uint8_t>(s.ttl - 1);
      if (!trial.too_big || ttl < trial.too_big->ttl) {
        trial.too_big = MtuStep{ttl, *s.address, 0, s.mtu};
      }
    } else if (s.ttl > trial.deepest) {
      trial.deepest = s.ttl;
      trial.target = s.kind == AnswerKind::reached;
      trial.hop = s.address;
    }
  }
  return trial;
}

Result<PathMtu> find_path_mtu(
    std::uint32_t first, std::uint32_t least,
    const std::function<Result<MtuTrial>(std::uint32_t size)>& attempt,
    const std::function<void()>& pause) {
  return Search(least, attempt, pause).run(first);
}

}  // namespace netlat
