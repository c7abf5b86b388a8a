#pragma once
// What a sample measures, and the distributions it belongs to.

#include <array>
#include <cstddef>
#include <cstdint>

namespace netlat {

/// The halves of the path and the two classes of RTT are those of FlowRecord.
enum class Distribution : std::uint8_t {
  server_network,
  server_ack,
  client_network,
  client_ack,
  service,
  elapsed,
};
inline constexpr std::size_t kDistributions = 6;

/// An RTT that is free of delayed ACKs and think time belongs to the network
/// RTT and to the ACK latency of its half, any other to the latter alone: it
/// is kept once, as one of two kinds.
enum class SampleKind : std::uint8_t {
  server_network,  ///< of server_network and server_ack
  server_other,    ///< of server_ack alone
  client_network,
  client_other,
  service,
  elapsed,
};
inline constexpr std::size_t kSampleKinds = 6;

/// How many samples of a kind there are, and how many exceed a bound.
struct SampleTally {
  std::uint64_t n = 0, above = 0;
};

constexpr SampleKind rtt_kind(bool server_half, bool network) noexcept {
  return static_cast<SampleKind>((server_half ? 0 : 2) + (network ? 0 : 1));
}

/// Worked out without a branch: which of the two it is cannot be predicted.
constexpr SampleKind turn_kind(bool service) noexcept {
  static_assert(static_cast<int>(SampleKind::elapsed) ==
                static_cast<int>(SampleKind::service) + 1);
  return static_cast<SampleKind>(static_cast<int>(SampleKind::elapsed) -
                                 int{service});
}

}  // namespace netlat
