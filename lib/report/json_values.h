#pragma once
// Values that records have in common.  What is absent is null.

#include <concepts>
#include <optional>
#include <string_view>

#include "netlat/base/address.h"
#include "netlat/measure/flow_record.h"
#include "netlat/report/json_writer.h"

namespace netlat {

template <std::size_t N>
void put_duration(JsonWriter& json, const char (&name)[N],
                  const std::optional<Nanos>& value) {
  if (value) {
    json.field(name, value->count());
  } else {
    json.null(name);
  }
}

/// Untrusted text, absent if empty.
template <std::size_t N>
void put_text(JsonWriter& json, const char (&name)[N], std::string_view text) {
  if (text.empty()) {
    json.null(name);
  } else {
    json.text(name, text);
  }
}

/// A moment in microseconds since the epoch.
template <std::size_t N>
void put_time(JsonWriter& json, const char (&name)[N],
              const std::optional<Stamp>& value) {
  json.field(name, value ? std::optional(to_us(*value)) : std::nullopt);
}

/// A number that is absent if 0: ports, MTUs.
template <std::size_t N, std::integral T>
void put_unless_0(JsonWriter& json, const char (&name)[N], T value) {
  if (value == 0) {
    json.null(name);
  } else {
    json.field(name, value);
  }
}

/// Absent if unspecified: the sum of what got no entry of its own.
template <std::size_t N>
void put_address(JsonWriter& json, const char (&name)[N],
                 const IpAddress& address) {
  if (address == IpAddress()) {
    json.null(name);
  } else {
    json.plain(name, address.text());
  }
}

/// The `R` of records: the summary of a distribution.
template <std::size_t N>
void put_quantiles(JsonWriter& json, const char (&name)[N],
                   const Quantiles& q) {
  json.open_object(name);
  json.field("n", q.n);
  if (q.n == 0) {
    json.null("min_ns");
    json.null("p50_ns");
    json.null("p90_ns");
    json.null("p95_ns");
    json.null("p99_ns");
    json.null("max_ns");
  } else {
    json.field("min_ns", q.min.count());
    json.field("p50_ns", q.p50.count());
    json.field("p90_ns", q.p90.count());
    json.field("p95_ns", q.p95.count());
    json.field("p99_ns", q.p99.count());
    json.field("max_ns", q.max.count());
  }
  json.close_object();
}

template <std::size_t N>
void put_half(JsonWriter& json, const char (&name)[N], const HalfRtt& rtt) {
  json.open_object(name);
  put_quantiles(json, "network", rtt.network);
  put_quantiles(json, "ack", rtt.ack);
  json.close_object();
}

}  // namespace netlat
