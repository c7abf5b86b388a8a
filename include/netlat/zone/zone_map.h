#pragma once
// Which availability zone an address was in at a moment.
//
// A ZoneMap answers from lines of text that name prefixes (netlat-zones(5)).
// It never guesses: where lines disagree the answer is `ambiguous` and where
// none applies it is `unknown`.  The map does not change once it is read, so
// threads may share one.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "netlat/base/address.h"
#include "netlat/base/time.h"

namespace netlat {

class ZoneIndex;

/// A zone of one map, from 1 to ZoneMap::zone_count(); 0 is none.  Small
/// enough to index a table of pairs.  Where lines give a region alone, that
/// region has a number of its own, whose Zone has an empty name.
using ZoneId = std::uint32_t;
/// A line of one map, from 1 to ZoneMap::line_count(); 0 is none.
using ZoneLineId = std::uint32_t;

enum class ZoneStatus : std::uint8_t {
  unknown,    ///< no line applies, or none that names a zone
  known,      ///< one zone
  ambiguous,  ///< lines of equal right name different zones
};

/// How the zones of two addresses relate.
enum class ZoneRelation : std::uint8_t { unknown, same, cross, cross_region };

struct ZoneResult {
  /// 0 unless a zone, or at least its region, is known.
  ZoneId zone = 0;
  /// The line that decided; for `ambiguous` the first of those that disagree.
  ZoneLineId line = 0;
  ZoneStatus status = ZoneStatus::unknown;

  friend bool operator==(const ZoneResult&, const ZoneResult&) = default;
};

/// Views are valid while the map lives; the text is untrusted.
struct Zone {
  std::string_view name;    ///< as shown: an id, or "name:SCOPE/NAME"
  std::string_view region;  ///< empty: no line says
};

/// A round trip between two zones as their cloud publishes it.
struct ExpectedRtt {
  Nanos rtt{0};       ///< median
  bool then = false;  ///< of the time asked about, not of another

  friend bool operator==(const ExpectedRtt&, const ExpectedRtt&) = default;
};

/// One line of a map as it was read.  Views are valid while the map lives;
/// the text is untrusted.
struct ZoneLine {
  Prefix prefix;  ///< without host bits
  ZoneId zone = 0;
  std::string_view region, scope, label, kind, source;
  std::optional<Stamp> valid_from, valid_to;  ///< from on, and before
  std::string_view file;
  std::uint64_t number = 0;  ///< in its file, from 1
  bool host_bits = false;    ///< the prefix was written with host bits
};

/// What became of a line that holds an address.
enum class ZoneLineRole : std::uint8_t {
  decides,     ///< gave the answer, or is one of those that disagree
  overridden,  ///< another line has the better right
  not_valid,   ///< its time had not come, or was over
};
struct ZoneHearing {
  ZoneLineId line;
  ZoneLineRole role;
};

class ZoneMap {
 public:
  explicit ZoneMap(std::unique_ptr<const ZoneIndex> index);
  ZoneMap(ZoneMap&&) noexcept;
  ZoneMap& operator=(ZoneMap&&) noexcept;
  ~ZoneMap();

  /// The zone of `address` at `time`.  No allocation; any thread.
  ZoneResult lookup(const IpAddress& address, Stamp time) const noexcept;

  /// Every line whose prefix holds `address`, the longest prefix first, and
  /// what became of it at `time`.
  std::vector<ZoneHearing> explain(const IpAddress& address, Stamp time) const;

  /// `unknown` unless the lines say enough: a name that means something only
  /// within its scope is compared with names of the same scope alone, but
  /// different regions are different whatever the zones.
  ZoneRelation relation(ZoneId a, ZoneId b) const noexcept;

  /// What the cloud says of round trips between the two from `first` to
  /// `last`; of their regions, if nothing of the zones.  nullopt: the map has
  /// no such figures.
  std::optional<ExpectedRtt> expected_rtt(ZoneId a, ZoneId b, Stamp first,
                                          Stamp last) const;

  /// The largest ZoneId.
  std::size_t zone_count() const noexcept;
  /// Requires: id <= zone_count().  Of 0 both views are empty.
  Zone zone(ZoneId id) const noexcept;

  std::size_t line_count() const noexcept;
  /// Requires: 1 <= id <= line_count().
  ZoneLine line(ZoneLineId id) const noexcept;

  /// What the map is made of, for the room itself.
  const ZoneIndex& index() const noexcept { return *index_; }

 private:
  std::unique_ptr<const ZoneIndex> index_;
};

/// "unknown", "known", "ambiguous".
std::string_view to_word(ZoneStatus status) noexcept;
/// As in flow records: "unknown", "same", "cross", "cross_region".
std::string_view to_word(ZoneRelation relation) noexcept;
/// "decides", "overridden", "not_valid".
std::string_view to_word(ZoneLineRole role) noexcept;

}  // namespace netlat
