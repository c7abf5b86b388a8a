#pragma once
// Questions and answers other than TCP turns, by the server that was asked:
// DNS, TLS and QUIC handshakes, ICMP echo.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>

#include "netlat/base/address.h"
#include "netlat/measure/bounded_map.h"
#include "netlat/measure/exchange_record.h"
#include "netlat/measure/exponential_histogram.h"

namespace netlat {

/// The distributions of one server; all but the first are QUIC's.
enum class ExchangeTime : std::uint8_t {
  answer,       ///< as ExchangeKind says; QUIC: server half of the handshake
  client_half,  ///< of the handshake
  spin_server,
  spin_client,
  spin_end_to_end,
};
inline constexpr std::size_t kExchangeTimes = 5;

struct ExchangeStats {
  std::uint64_t answered = 0;
  std::uint64_t unanswered = 0;  ///< DNS and ICMP echo
  std::uint64_t failed = 0;      ///< DNS: answered with an error
  std::array<ExponentialHistogram, kExchangeTimes> times;

  ExponentialHistogram& operator[](ExchangeTime t) {
    return times[static_cast<std::size_t>(t)];
  }
};

/// Bounded: further servers share, by kind, an entry without address.
class ExchangeTable {
 public:
  struct Key {
    ExchangeKind kind = ExchangeKind::dns;
    IpAddress server;
    Port port = 0;  ///< 0 for ICMP

    friend auto operator<=>(const Key&, const Key&) = default;
  };

  /// Adds one exchange to the counts and distributions of its server.
  void add(const ExchangeRecord& exchange);
  /// Adds what another table counted.
  void merge(const ExchangeTable& other);
  const std::map<Key, ExchangeStats>& entries() const noexcept {
    return entries_.entries();
  }

 private:
  BoundedMap<Key, ExchangeStats, 4096> entries_;
};

}  // namespace netlat
