#pragma once
// Questions and answers other than TCP turns, by the server that was asked:
// DNS, TLS and QUIC handshakes, ICMP echo.

#include <cstdint>
#include <map>
#include <tuple>

#include "netlat/base/address.h"
#include "netlat/measure/exponential_histogram.h"

namespace netlat {

enum class ExchangeKind : std::uint8_t {
  dns,        ///< first query to answer, over UDP
  tls,        ///< ClientHello to ServerHello less the network's share
  quic,       ///< client's first Initial to the server's first answer
  icmp_echo,  ///< echo request to reply
};

struct ExchangeStats {
  std::uint64_t answered = 0, unanswered = 0;
  std::uint64_t failed = 0;  ///< answered with an error (DNS rcode)
  ExponentialHistogram time;
};

/// Bounded: beyond kMost servers further ones share an entry without address.
class ExchangeTable {
 public:
  static constexpr std::size_t kMost = 4096;
  struct Key {
    ExchangeKind kind = ExchangeKind::dns;
    IpAddress server;
    Port port = 0;

    friend auto operator<=>(const Key&, const Key&) = default;
  };

  ExchangeStats& at(ExchangeKind kind, const IpAddress& server, Port port) {
    Key key{kind, server, port};
    if (entries_.size() >= kMost && !entries_.contains(key)) {
      key = {kind, {}, 0};
    }
    return entries_[key];
  }
  const std::map<Key, ExchangeStats>& entries() const { return entries_; }

 private:
  std::map<Key, ExchangeStats> entries_;
};

}  // namespace netlat
