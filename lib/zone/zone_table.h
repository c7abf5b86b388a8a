#pragma once
// The zones of a map and what makes two of them the same place.
//
// Problem: an availability zone has an id, which means the same place to
// everyone ("use1-az2"), and on some clouds a name, which each account maps
// to places of its own ("us-east-1d").  Comparing a name with an id, or with
// the same name of another account, says nothing.  Method: a name carries the
// scope it belongs to ("name:111122223333/us-east-1d") and is a zone of its
// own until a zone-name line of that scope tells its id.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/zone/word_table.h"
#include "netlat/zone/zone_map.h"

namespace netlat {

/// How much a line says of a place; what says more comes first.
enum class ZoneTier : std::uint8_t { id, scoped_name, region, nothing };

/// What the cloud's own spelling tells of a word.
enum class ZoneSpelling : std::uint8_t {
  other,
  aws_name,       ///< us-east-1d, us-west-2-lax-1a: differs by account
  azure_logical,  ///< eastus-1: differs by subscription
};
ZoneSpelling zone_spelling(std::string_view zone);

/// "us-east-1" of the AWS name "us-east-1d"; empty for other words and for
/// local zones, whose name does not tell where the region ends.
std::string_view region_of_aws_name(std::string_view zone);

class ZoneTable {
 public:
  ZoneTable();

  /// The zone a line names; `region` may be empty, `scope` is the line's.
  /// 0 if it names neither zone nor region; nullopt for a "name:" without its
  /// scope.
  std::optional<ZoneId> intern(std::string_view zone, WordId region,
                               WordId scope, WordTable& words);

  /// A zone-name line: in `scope`, `name` is the place `id`.  False if the
  /// scope has said otherwise before.
  bool alias(std::string_view scope, std::string_view name, std::string_view id,
             WordTable& words);
  /// Makes each name that has an id that id.  Returns what every earlier
  /// ZoneId is now.
  std::vector<ZoneId> resolve();

  /// Zones and regions, without the zone 0.
  std::size_t count() const { return places_.size() - 1; }
  std::string_view name(ZoneId id) const { return places_[id].name; }
  WordId region(ZoneId id) const { return places_[id].region; }
  ZoneTier tier(ZoneId id) const { return places_[id].tier; }
  ZoneRelation relation(ZoneId a, ZoneId b) const noexcept;

 private:
  struct Place {
    std::string name;  // as shown
    WordId region = 0;
    WordId scope = 0;  // of a scoped name
    ZoneTier tier = ZoneTier::nothing;
  };

  ZoneId place(const std::string& key, Place place);

  std::vector<Place> places_;
  std::unordered_map<std::string, ZoneId> ids_;
  std::unordered_map<ZoneId, ZoneId> aliases_;
  // What the last line named, which the next is likely to name again.
  std::string last_zone_;
  WordId last_region_ = 0, last_scope_ = 0;
  ZoneId last_ = 0;
};

}  // namespace netlat
