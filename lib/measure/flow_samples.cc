#include "netlat/measure/flow_samples.h"

#include <algorithm>

namespace netlat {

namespace {

constexpr SampleKind kKinds[] = {
    SampleKind::server_network, SampleKind::server_other,
    SampleKind::client_network, SampleKind::client_other,
    SampleKind::service,        SampleKind::elapsed};
static_assert(std::size(kKinds) == kSampleKinds);

constexpr std::size_t at(SampleKind kind) {
  return static_cast<std::size_t>(kind);
}

}  // namespace

void FlowSamples::grow(std::uint32_t connection) {
  handles_.resize(connection + 1U, kNothing);
}

// Of any length, below zero as well.
void FlowSamples::add_any(std::uint32_t& handle, SampleKind kind, Nanos value) {
  const auto ns = static_cast<std::uint64_t>(std::max(value, Nanos{0}).count());
  const auto put = [&](std::uint32_t word) {
    blocks_[handle >> kUsedBits].word[handle & kUsed] = word;
    ++handle;
  };
  if (ns < kLongest) {
    make_room(handle, 1);
    put(word_of(kind, ns));
  } else {
    make_room(handle, kLongWords);
    put(static_cast<std::uint32_t>(kind) << kKindBits | kLong);
    put(static_cast<std::uint32_t>(ns >> 32));
    put(static_cast<std::uint32_t>(ns));
  }
}

// The words go into one block: the rest of a block too small is skipped.
void FlowSamples::make_room(std::uint32_t& handle, std::uint32_t words) {
  if ((handle & kUsed) + words <= Block::kWords) return;
  std::uint32_t older = handle >> kUsedBits;
  for (; (handle & kUsed) < Block::kWords; ++handle) {
    blocks_[older].word[handle & kUsed] = kSkip;
  }
  std::uint32_t depth = older == 0 ? 0 : blocks_[older].next & kUsed;
  if (depth == Block::kDeepest) {
    board_.clear();
    unpack(handle);
    count_log();
    older = store_counts(give_log(handle));
    depth = 0;
  }
  const std::uint32_t fresh = blocks_.take();
  blocks_[fresh].next = older << kUsedBits | (depth + 1);
  handle = fresh << kUsedBits;
}

void FlowSamples::unpack_block(const Block& block, std::uint32_t used) {
  const std::uint32_t* const end = block.word.data() + used;
  for (const std::uint32_t* word = block.word.data(); word < end; ++word) {
    const std::uint32_t low = *word & ((1U << kKindBits) - 1);
    if (low != kLong) [[likely]] {
      log_.add_short(low, *word >> kKindBits);
    } else {
      const std::uint64_t ns = std::uint64_t{word[1]} << 32 | word[2];
      log_.add_long(static_cast<SampleKind>(*word >> kKindBits),
                    Nanos{static_cast<std::int64_t>(ns)});
      word += kLongWords - 1;
    }
  }
}

// Has all that is not counted yet in log_.  Returns the number of the Counted,
// 0 if there is none.
std::uint32_t FlowSamples::unpack(std::uint32_t handle) {
  // The same handle is the same log until give_log().
  if (handle == unpacked_) return before_log_;
  log_.clear();
  unpacked_ = handle;
  before_log_ = 0;
  std::uint32_t used = handle & kUsed;
  for (std::uint32_t id = handle >> kUsedBits; id != 0;) {
    const Block& block = blocks_[id];
    const std::uint32_t older = block.next >> kUsedBits;
    const bool oldest = (block.next & kUsed) == 1;
    if (!oldest) __builtin_prefetch(&blocks_[older]);
    unpack_block(block, used);
    if (oldest) {
      before_log_ = older;
      break;
    }
    id = older;
    used = Block::kWords;
  }
  return before_log_;
}

void FlowSamples::count_log() {
  for (const SampleKind kind : kKinds) board_.add_short(kind, log_.of(kind));
  for (const auto& [kind, value] : log_.longer()) board_.add(kind, value);
}

// Returns the number of the Counted, 0 if there is none.
std::uint32_t FlowSamples::give_log(std::uint32_t handle) noexcept {
  log_.clear();
  unpacked_ = kNothing;
  before_log_ = 0;
  for (std::uint32_t id = handle >> kUsedBits; id != 0;) {
    const std::uint32_t next = blocks_[id].next;
    blocks_.give(id);
    id = next >> kUsedBits;
    if ((next & kUsed) == 1) return id;
  }
  return 0;
}

// Adds what is on the board to `counted`, or to a new one if that is 0.
std::uint32_t FlowSamples::store_counts(std::uint32_t counted) {
  if (counted == 0) counted = counted_.take();
  Counted& to = counted_[counted];
  for (const SampleKind kind : kKinds) {
    to.totals[at(kind)].merge(board_.totals(kind));
    std::uint32_t* link = &to.pages[at(kind)];
    board_.drain(kind, [&](std::uint32_t number, std::uint64_t count) {
      const std::uint32_t group = number >> kPageBits;
      while (*link != 0 && pages_[*link].group < group) {
        link = &pages_[*link].next;
      }
      if (*link == 0 || pages_[*link].group != group) {
        const std::uint32_t page = pages_.take();
        pages_[page].next = *link;
        pages_[page].group = group;
        *link = page;
      }
      auto& counts = pages_[*link].counts;
      counts[number % counts.size()] += count;
    });
  }
  return counted;
}

void FlowSamples::recall_counts(const Counted& counted) {
  for (const SampleKind kind : kKinds) {
    board_.add_totals(kind, counted.totals[at(kind)]);
    for (auto id = counted.pages[at(kind)]; id != 0; id = pages_[id].next) {
      const Page& page = pages_[id];
      for (std::uint32_t slot = 0; slot < page.counts.size(); ++slot) {
        if (page.counts[slot] == 0) continue;
        board_.add_bucket(kind, page.group << kPageBits | slot,
                          page.counts[slot]);
      }
    }
  }
}

void FlowSamples::fetch(std::uint32_t connection,
                        unsigned back) const noexcept {
  if (connection >= handles_.size()) return;
  std::uint32_t id = handles_[connection] >> kUsedBits;
  for (; id != 0 && back > 0; --back) {
    const std::uint32_t next = blocks_[id].next;
    id = (next & kUsed) == 1 ? 0 : next >> kUsedBits;
  }
  if (id != 0) __builtin_prefetch(&blocks_[id]);
}

const SampleBoard& FlowSamples::gather(std::uint32_t connection) {
  board_.clear();
  if (connection < handles_.size()) {
    const std::uint32_t counted = unpack(handles_[connection]);
    count_log();
    if (counted != 0) recall_counts(counted_[counted]);
  }
  return board_;
}

void FlowSamples::add_to(std::uint32_t connection,
                         HistogramsByKind& histograms) {
  if (connection >= handles_.size()) return;
  const std::uint32_t counted = unpack(handles_[connection]);
  for (const SampleKind kind : kKinds) {
    histograms[at(kind)].add_short(log_.of(kind));
  }
  for (const auto& [kind, value] : log_.longer()) {
    histograms[at(kind)].add(value);
  }
  if (counted == 0) return;
  board_.clear();
  recall_counts(counted_[counted]);
  add_gathered_to(histograms);
}

void FlowSamples::add_gathered_to(HistogramsByKind& histograms) {
  for (const SampleKind kind : kKinds) {
    ExponentialHistogram& histogram = histograms[at(kind)];
    histogram.add_totals(board_.totals(kind));
    board_.drain(kind, [&](std::uint32_t number, std::uint64_t count) {
      histogram.add_bucket(number, count);
    });
  }
}

SampleTally FlowSamples::tally(std::uint32_t connection, SampleKind kind,
                               Nanos bound) {
  SampleTally tally;
  if (connection >= handles_.size()) return tally;
  const std::uint32_t counted = unpack(handles_[connection]);
  if (counted != 0) {
    tally.n = tally.above = counted_[counted].totals[at(kind)].n;
  }
  const auto least = static_cast<std::uint32_t>(
      std::clamp(bound, Nanos{-1}, Nanos{kLongest}).count() + 1);
  std::uint32_t above = 0;
  for (const std::uint32_t ns : log_.of(kind)) above += ns >= least;
  std::size_t longer = 0;
  for (const auto& sample : log_.longer()) longer += sample.kind == kind;
  tally.n += log_.of(kind).size() + longer;
  tally.above += above + longer;
  return tally;
}

void FlowSamples::release(std::uint32_t connection) noexcept {
  if (connection >= handles_.size()) return;
  const std::uint32_t counted = give_log(handles_[connection]);
  handles_[connection] = kNothing;
  if (counted == 0) return;
  for (std::uint32_t id : counted_[counted].pages) {
    while (id != 0) {
      const std::uint32_t next = pages_[id].next;
      pages_.give(id);
      id = next;
    }
  }
  counted_.give(counted);
}

std::size_t FlowSamples::memory_bytes() const noexcept {
  return handles_.capacity() * sizeof handles_[0] + blocks_.memory_bytes() +
         pages_.memory_bytes() + counted_.memory_bytes();
}

}  // namespace netlat
