#pragma once
// What lists of netlat top are sorted by and what they leave out.

#include <cstdint>
#include <string_view>

#include "netlat/measure/where.h"
#include "netlat/term/records.h"

namespace netlat {

struct TrafficRow;

/// What rows and cells are about.
enum class Metric : std::uint8_t { rtt, service, retransmits };
inline constexpr std::size_t kMetrics = 3;

/// Columns that lists can be sorted by.
enum class Order : std::uint8_t {
  p99,
  p50,
  service,
  retransmits,
  bytes,
  recent
};
inline constexpr std::size_t kOrders = 6;
std::string_view to_word(Order order);

/// What a list is sorted by; -1 where nothing was measured.
double rank(const TrafficRow& row, Order order);
double rank(const FlowRow& flow, Order order);
bool matches(const Where& where, const FlowRow& flow);

}  // namespace netlat
