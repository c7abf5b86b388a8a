#include "tools/capture/findings.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace netlat {

namespace {

template <std::size_t N>
void add_each(std::array<std::uint64_t, N>& into,
              const std::array<std::uint64_t, N>& from) {
  for (std::size_t i = 0; i < N; ++i) into[i] += from[i];
}

template <class Container>
void move_to_end(Container& into, Container& from) {
  into.insert(into.end(), std::make_move_iterator(from.begin()),
              std::make_move_iterator(from.end()));
  from.clear();
}

}  // namespace

WorkerNumbers& WorkerNumbers::operator+=(const WorkerNumbers& more) {
  account += more.account;
  bytes += more.bytes;
  flows += more.flows;
  if (more.first) first = first ? std::min(*first, *more.first) : more.first;
  if (more.last) last = last ? std::max(*last, *more.last) : more.last;
  counts.received += more.counts.received;
  counts.kernel_drops += more.counts.kernel_drops;
  counts.filtered += more.counts.filtered;
  // Each thread asks the same devices; the latest answer is the greatest.
  if (more.counts.interface_drops) {
    counts.interface_drops = std::max(counts.interface_drops.value_or(0),
                                      *more.counts.interface_drops);
  }
  flow += more.flow;
  flows_active += more.flows_active;
  flow_bytes += more.flow_bytes;
  add_each(closed, more.closed);
  add_each(lookups, more.lookups);
  recorder.packets += more.recorder.packets;
  recorder.bytes += more.recorder.bytes;
  return *this;
}

bool Findings::add_line(std::string_view line) {
  if (lines.size() + line.size() > kMostLines) {
    ++lines_lost;
    return false;
  }
  lines += line;
  return true;
}

void Findings::append(Findings& later) {
  move_to_end(intervals, later.intervals);
  move_to_end(ways, later.ways);
  move_to_end(pieces, later.pieces);
  if (lines.empty()) {
    lines.swap(later.lines);
  } else if (lines.size() + later.lines.size() <= kMostLines) {
    lines += later.lines;
  } else {
    lines_lost += static_cast<std::uint64_t>(
        std::count(later.lines.begin(), later.lines.end(), '\n'));
  }
  later.lines.clear();
  lines_lost += std::exchange(later.lines_lost, 0);
  unwritten += std::exchange(later.unwritten, 0);
  numbers = later.numbers;
  orders_taken = later.orders_taken;
}

}  // namespace netlat
