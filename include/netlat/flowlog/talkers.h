#pragma once
// Who exchanged how much with whom, in bounded memory.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "netlat/base/address.h"
#include "netlat/base/keyed_hash.h"
#include "netlat/base/time.h"
#include "netlat/flowlog/log_record.h"
#include "netlat/flowlog/places.h"
#include "netlat/flowlog/sightings.h"

namespace netlat {

/// All flows of a protocol between two addresses to one port.  The server is
/// the end with the lower port, and the lower address where ports are equal.
struct TalkerKey {
  IpAddress client, server;
  Port port = 0;
  std::uint8_t protocol = 0;

  friend auto operator<=>(const TalkerKey&, const TalkerKey&) = default;
};

/// From client to server, and back.
enum class TalkerSide : std::uint8_t { client, server };

class Talker {
 public:
  TalkerKey key;
  PlaceId client_place = 0, server_place = 0;
  std::uint64_t records = 0;  ///< of accepted traffic
  std::uint64_t rejected_records = 0, rejected_packets = 0;
  std::uint64_t lost_packets = 0;  ///< by a transit gateway
  Stamp first = Stamp::max(), last = Stamp::min();
  std::uint64_t rtt_samples = 0;
  Nanos rtt_min = Nanos::max(), rtt_max{0}, rtt_sum{0};

  /// Adds what `interface` (a hash; 0: not known) saw of `sender`'s traffic.
  void add(TalkerSide sender, std::uint64_t interface, const Traffic& seen);
  /// Of `sender`, since the last forget(): what the interface that saw most
  /// saw.
  Traffic traffic(TalkerSide sender) const;
  std::uint64_t bytes() const {
    return traffic(TalkerSide::client).bytes +
           traffic(TalkerSide::server).bytes;
  }
  void forget() { sightings_ = {}; }

 private:
  struct Sighting {
    std::uint64_t interface = 0;
    Traffic traffic;
  };
  std::array<std::array<Sighting, 2>, 2> sightings_{};
};

class TalkerTable {
 public:
  /// Gets a talker whose room is taken by another.
  class Leaving {
   public:
    virtual ~Leaving() = default;
    virtual void leave(const Talker& talker) = 0;
  };

  static constexpr std::size_t kWays = 8;
  /// Some 18 MB, as far as they are used.
  static constexpr std::size_t kRows = 8192;

  /// `rows` is a power of two; at most rows * kWays talkers are kept.
  /// `leaving` outlives the table.
  explicit TalkerTable(Leaving& leaving, std::size_t rows = kRows,
                       KeyedHash hash = KeyedHash());

  /// The talker of `key`, new if `records` and `rejected_records` are 0.
  /// Valid until the next call.
  Talker& of(const TalkerKey& key);

  std::uint64_t evicted() const { return evicted_; }
  /// All there are; valid until of() is called.
  std::vector<const Talker*> all() const;

 private:
  Leaving& leaving_;
  KeyedHash hash_;
  std::size_t mask_;
  std::vector<std::uint32_t> tags_;  // 0: empty
  std::vector<Talker> talkers_;
  std::uint64_t evicted_ = 0;
};

/// The talker of a flow between these ends, whichever is first.
TalkerKey talker_key(const IpAddress& a, Port a_port, const IpAddress& b,
                     Port b_port, std::uint8_t protocol) noexcept;

/// The key of a record's flow and which end sent it.
struct DirectedTalker {
  TalkerKey key;
  TalkerSide sender = TalkerSide::client;
};
DirectedTalker talker_of(const LogRecord& record) noexcept;

}  // namespace netlat
