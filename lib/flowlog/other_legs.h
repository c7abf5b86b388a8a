#pragma once
// The leg of a connection beyond a translator of addresses.
//
// Problem: a NAT gateway or load balancer gives a connection another address
// and port, so that what it sends on is in the log under another key.
// Method: both legs share one end, address and port, and the translator's
// interface logs both.  Of its records that are of no measured connection,
// those at an end of one are kept, by that end and the translator's address.
// The other leg is the one that was logged at the same time with the same
// octets each way, to a hundredth, if there is but one: it is probable, not
// proven.
// Bias: a translator that changes payload, or ends TLS, is not found, nor what
// stands in the log before the first record that tells an interface for one.
// Cost: a lookup a record that joins nothing; at most kMostLegs are kept.

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "netlat/base/keyed_hash.h"
#include "netlat/flowlog/flow_join.h"

namespace netlat {

class OtherLegs {
 public:
  static constexpr std::size_t kMostLegs = 65'536;

  /// Legs that share an end with `flow` are kept from now on.
  void watch(const MeasuredFlow& flow);
  /// The interface of a record calls an end another address than packets do.
  void note_translator(const LogRecord& record) {
    if (translators_.size() == kMostLegs) return;
    translators_.insert(interface_hash(record.interface));
  }
  /// A record of no measured connection.
  void note(const LogRecord& record);
  /// To be called once, before find().
  void finish();
  /// The end that `joined` has beyond the translator.
  std::optional<LogEnd> find(const JoinedFlow& joined) const;

 private:
  struct End {
    LogEnd at;
    std::uint8_t protocol = 0;
    friend bool operator==(const End&, const End&) = default;
  };
  struct Key {
    End shared;
    IpAddress translator;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct LegId {
    Key key;
    LogEnd other;
    /// The translator is not an end of the leg, but logged it.
    bool in_front = false;
    friend bool operator==(const LegId&, const LegId&) = default;
  };
  struct Leg {
    LegId id;
    Sightings to_shared, from_shared;
  };
  struct Hash {
    KeyedHash keyed;
    std::size_t operator()(const End& end) const noexcept;
    std::size_t operator()(const Key& key) const noexcept;
    std::size_t operator()(const LegId& id) const noexcept;
  };

  void note(const LogRecord& record, bool shared_is_dst);
  const Leg* only_match(const Key& key, const JoinedFlow& joined,
                        bool shared_is_server, bool in_front) const;

  std::unordered_set<End, Hash> watched_;
  std::unordered_set<std::uint64_t> translators_;  // by hash of their name
  std::vector<Leg> legs_;
  std::unordered_map<LegId, std::uint32_t, Hash> by_id_;
  // In order of the octets to the shared end.
  std::unordered_map<Key, std::vector<std::uint32_t>, Hash> by_key_;
};

}  // namespace netlat
