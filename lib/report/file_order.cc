#include "netlat/report/file_order.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace netlat {

namespace {

std::optional<Nanos> usual_gap(const CaptureRecord& f) {
  if (!f.first || !f.last || f.packets < 2) return std::nullopt;
  return (*f.last - *f.first) / static_cast<std::int64_t>(f.packets - 1);
}

std::vector<std::size_t> by_first_packet(
    const std::vector<CaptureRecord>& files) {
  std::vector<std::size_t> order(files.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t i) { return !files[i].first; });
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) {
                     return *files[a].first < *files[b].first;
                   });
  return order;
}

}  // namespace

void relate_files(std::vector<CaptureRecord>& files) {
  std::map<std::uint32_t, std::size_t> latest;  // by vantage
  std::optional<Stamp> end;                     // of all that began earlier
  for (const std::size_t i : by_first_packet(files)) {
    CaptureRecord& f = files[i];
    for (const InterfaceRecord& at : f.interfaces) {
      const auto [known, fresh] = latest.try_emplace(at.vantage, i);
      if (fresh || known->second == i) continue;
      const std::size_t before = known->second;
      if (!f.continues || *files[before].last > *files[*f.continues].last) {
        f.continues = before;
      }
      known->second = i;
    }
    if (f.continues) f.gap_before = *f.first - *files[*f.continues].last;
    f.overlap =
        end ? std::max(Nanos{0}, std::min(*end, *f.last) - *f.first) : Nanos{0};
    end = std::max(end.value_or(*f.last), *f.last);
  }
}

std::optional<Nanos> hole_before(const std::vector<CaptureRecord>& files,
                                 std::size_t i) {
  constexpr Nanos kChangeOfFiles = std::chrono::milliseconds(100);
  constexpr int kPackets = 1'000;
  const CaptureRecord& f = files[i];
  if (!f.gap_before || !f.continues) return std::nullopt;
  const auto usual = std::max(usual_gap(f), usual_gap(files[*f.continues]));
  if (!usual || *f.gap_before <= kChangeOfFiles ||
      *f.gap_before / kPackets <= *usual) {
    return std::nullopt;
  }
  return f.gap_before;
}

}  // namespace netlat
