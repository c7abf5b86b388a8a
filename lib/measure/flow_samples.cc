#include "netlat/measure/flow_samples.h"

#include <algorithm>

#include "lib/measure/nearest_rank.h"

namespace netlat {

namespace {

std::uint32_t to_number(std::int32_t bucket) {
  return static_cast<std::uint32_t>(bucket - kZeroBucket);
}
std::int32_t to_bucket(std::uint32_t number) {
  return static_cast<std::int32_t>(number) + kZeroBucket;
}
constexpr std::size_t at(Distribution d) {
  return static_cast<std::size_t>(d);
}

template <class T>
void give_chain(BlockPool<T>& pool, std::uint32_t id) noexcept {
  while (id != 0) {
    const auto next = pool[id].next;
    pool.give(id);
    id = next;
  }
}

}  // namespace

void FlowSamples::add(std::uint32_t connection, Distribution d, Nanos value) {
  if (connection >= handles_.size()) handles_.resize(connection + 1U);
  std::uint32_t& handle = handles_[connection];
  if ((handle & kIsCounted) != 0) {
    add_counted(counted_[handle & ~kIsCounted], d, value);
    return;
  }
  std::uint8_t blocks = 0;
  if (handle != 0) {
    Few& few = blocks_[handle].few;
    if (few.used < Few::kSamples) {
      few.value[few.used] = value;
      few.distribution[few.used] = d;
      ++few.used;
      return;
    }
    blocks = few.blocks;
    if (blocks == Few::kBlocks) {
      handle = count_few(handle);
      add_counted(counted_[handle & ~kIsCounted], d, value);
      return;
    }
  }
  const auto id = blocks_.take();
  Block& fresh = blocks_[id];
  fresh.next = handle;
  fresh.few.value[0] = value;
  fresh.few.distribution[0] = d;
  fresh.few.used = 1;
  fresh.few.blocks = static_cast<std::uint8_t>(blocks + 1);
  handle = id;
}

// Returns the handle of the new form.
std::uint32_t FlowSamples::count_few(std::uint32_t chain) {
  const auto id = counted_.take();
  Counted& counted = counted_[id];
  for (auto block = chain; block != 0; block = blocks_[block].next) {
    const Few& from = blocks_[block].few;
    for (std::size_t i = 0; i < from.used; ++i) {
      add_counted(counted, from.distribution[i], from.value[i]);
    }
  }
  give_chain(blocks_, chain);
  return id | kIsCounted;
}

void FlowSamples::add_counted(Counted& to, Distribution d, Nanos value) {
  to.totals[at(d)].add(value);
  if (to.log == 0 || to.log_used == Log::kEntries) {
    if (to.log_blocks == Log::kBlocks) count_log(to);
    const auto id = blocks_.take();
    blocks_[id].next = to.log;
    blocks_[id].log = Log{};
    to.log = id;
    to.log_used = 0;
    ++to.log_blocks;
  }
  blocks_[to.log].log.entry[to.log_used] = static_cast<std::uint16_t>(
      at(d) << kBucketBits | to_number(bucket_index(value)));
  ++to.log_used;
}

// Requires: every log block is full.
void FlowSamples::count_log(Counted& of) {
  // The lists are walked once a log, not once an entry.
  page_of_.fill(0);
  for (std::uint32_t d = 0; d < kDistributions; ++d) {
    for (auto id = of.pages[d]; id != 0; id = pages_[id].next) {
      page_of_[d << kGroupBits | pages_[id].group] = id;
    }
  }
  for (auto block = of.log; block != 0; block = blocks_[block].next) {
    for (const auto entry : blocks_[block].log.entry) {
      auto& id = page_of_[entry >> kPageBits];
      if (id == 0) id = add_page(of, entry >> kPageBits);
      auto& counts = pages_[id].counts;
      ++counts[entry % counts.size()];
    }
  }
  give_chain(blocks_, of.log);
  of.log = 0;
  of.log_blocks = 0;
}

// `key` is a log entry without the bits that count within the page.
std::uint32_t FlowSamples::add_page(Counted& of, std::uint32_t key) {
  auto& first = of.pages[key >> kGroupBits];
  const auto id = pages_.take();
  pages_[id].next = first;
  pages_[id].group = key & ((1U << kGroupBits) - 1);
  first = id;
  return id;
}

SampleTotals FlowSamples::gather(std::uint32_t connection, Distribution d,
                                 std::vector<BucketCount>& buckets) const {
  SampleTotals totals;
  if (connection >= handles_.size()) return totals;
  const auto handle = handles_[connection];
  if ((handle & kIsCounted) == 0) {
    for (auto block = handle; block != 0; block = blocks_[block].next) {
      const Few& few = blocks_[block].few;
      for (std::size_t i = 0; i < few.used; ++i) {
        if (few.distribution[i] != d) continue;
        totals.add(few.value[i]);
        buckets.push_back({bucket_index(few.value[i]), 1});
      }
    }
  } else {
    const Counted& counted = counted_[handle & ~kIsCounted];
    totals = counted.totals[at(d)];
    std::size_t used = counted.log_used;
    for (auto block = counted.log; block != 0; block = blocks_[block].next) {
      for (std::size_t i = 0; i < used; ++i) {
        const auto entry = blocks_[block].log.entry[i];
        if (entry >> kBucketBits != at(d)) continue;
        buckets.push_back({to_bucket(entry & ((1U << kBucketBits) - 1)), 1});
      }
      used = Log::kEntries;
    }
    for (auto id = counted.pages[at(d)]; id != 0; id = pages_[id].next) {
      const Page& page = pages_[id];
      for (std::uint32_t slot = 0; slot < page.counts.size(); ++slot) {
        if (page.counts[slot] == 0) continue;
        buckets.push_back(
            {to_bucket(page.group << kPageBits | slot), page.counts[slot]});
      }
    }
  }
  std::sort(buckets.begin(), buckets.end(),
            [](const BucketCount& a, const BucketCount& b) {
              return a.index < b.index;
            });
  return totals;
}

Quantiles FlowSamples::quantiles(std::uint32_t connection,
                                 Distribution d) const {
  std::vector<BucketCount> buckets;
  const auto totals = gather(connection, d, buckets);
  const auto positive =
      std::find_if(buckets.begin(), buckets.end(),
                   [](const BucketCount& b) { return b.index != kZeroBucket; });
  if (positive == buckets.end()) return quantiles_of(buckets, totals, 0);
  const int coarsening =
      coarsening_for(positive->index, buckets.back().index,
                     ExponentialHistogram::kDefaultMaxBuckets);
  for (auto b = positive; b != buckets.end(); ++b) b->index >>= coarsening;
  return quantiles_of(buckets, totals, coarsening);
}

void FlowSamples::merge_into(std::uint32_t connection, Distribution d,
                             ExponentialHistogram& into) const {
  std::vector<BucketCount> buckets;
  const auto totals = gather(connection, d, buckets);
  into.merge(totals, buckets);
}

void FlowSamples::release(std::uint32_t connection) noexcept {
  if (connection >= handles_.size()) return;
  const auto handle = handles_[connection];
  handles_[connection] = 0;
  if ((handle & kIsCounted) == 0) {
    give_chain(blocks_, handle);
    return;
  }
  const auto id = handle & ~kIsCounted;
  give_chain(blocks_, counted_[id].log);
  for (const auto pages : counted_[id].pages) give_chain(pages_, pages);
  counted_.give(id);
}

std::size_t FlowSamples::memory_bytes() const noexcept {
  return handles_.capacity() * sizeof handles_[0] + blocks_.memory_bytes() +
         pages_.memory_bytes() + counted_.memory_bytes();
}

}  // namespace netlat
