#include "lib/zone/zone_table.h"

#include <algorithm>
#include <utility>

namespace netlat {

namespace {

constexpr std::string_view kScoped = "name:";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

// The text before the last hyphen and after it; empty halves if there is none.
std::pair<std::string_view, std::string_view> at_last_hyphen(
    std::string_view text) {
  const auto at = text.rfind('-');
  if (at == std::string_view::npos) return {};
  return {text.substr(0, at), text.substr(at + 1)};
}

bool digits_and_letter(std::string_view text) {
  return text.size() >= 2 && is_lower(text.back()) &&
         std::all_of(text.begin(), text.end() - 1, is_digit);
}

std::string scoped_key(std::string_view scope, std::string_view name) {
  std::string key(kScoped);
  key.append(scope.empty() ? "*" : scope).append("/").append(name);
  return key;
}

}  // namespace

ZoneSpelling zone_spelling(std::string_view zone) {
  if (zone.empty() || !is_lower(zone.front())) return ZoneSpelling::other;
  const auto [head, tail] = at_last_hyphen(zone);
  if (head.empty()) return ZoneSpelling::other;
  // Two letters, a direction and "1d" at least: "dc-1a" is no AWS name.
  if (digits_and_letter(tail) && head.size() >= 4 && head[2] == '-') {
    return ZoneSpelling::aws_name;
  }
  const bool one_word = head.find('-') == std::string_view::npos;
  if (one_word && tail.size() == 1 && is_digit(tail[0])) {
    return ZoneSpelling::azure_logical;
  }
  return ZoneSpelling::other;
}

std::string_view region_of_aws_name(std::string_view zone) {
  if (zone_spelling(zone) != ZoneSpelling::aws_name) return {};
  const std::string_view region = zone.substr(0, zone.size() - 1);
  const auto [head, tail] = at_last_hyphen(region);
  const bool local = std::any_of(head.begin(), head.end(), is_digit);
  return local ? std::string_view() : region;
}

ZoneTable::ZoneTable() : places_(1) {}

ZoneId ZoneTable::place(const std::string& key, Place place) {
  const auto [at, added] =
      ids_.emplace(key, static_cast<ZoneId>(places_.size()));
  if (added) {
    places_.push_back(std::move(place));
  } else if (places_[at->second].region == 0) {
    places_[at->second].region = place.region;
  }
  return at->second;
}

std::optional<ZoneId> ZoneTable::intern(std::string_view zone, WordId region,
                                        WordId scope, WordTable& words) {
  if (zone == last_zone_ && region == last_region_ && scope == last_scope_) {
    return last_;
  }
  ZoneId id = 0;
  if (zone.substr(0, kScoped.size()) == kScoped) {
    const std::string_view rest = zone.substr(kScoped.size());
    const auto slash = rest.rfind('/');
    if (slash == std::string_view::npos || slash == 0 ||
        slash + 1 == rest.size()) {
      return std::nullopt;
    }
    const WordId whose = words.intern(rest.substr(0, slash));
    id = place(std::string(zone),
               {std::string(zone), region, whose, ZoneTier::scoped_name});
  } else if (zone_spelling(zone) == ZoneSpelling::aws_name) {
    const std::string key = scoped_key(words[scope], zone);
    id = place(key,
               {scope == 0 ? std::string(zone) : key, region,
                scope == 0 ? words.intern("*") : scope, ZoneTier::scoped_name});
  } else if (!zone.empty()) {
    id = place(std::string(zone), {std::string(zone), region, 0, ZoneTier::id});
  } else if (region != 0) {
    // No zone is spelt with a leading blank.
    id = place(' ' + std::string(words[region]),
               {{}, region, 0, ZoneTier::region});
  }
  last_zone_ = zone;
  last_region_ = region;
  last_scope_ = scope;
  last_ = id;
  return id;
}

bool ZoneTable::alias(std::string_view scope, std::string_view name,
                      std::string_view id, WordTable& words) {
  const WordId whose = words.intern(scope);
  const std::string key = scoped_key(scope, name);
  const ZoneId from = place(key, {key, 0, whose, ZoneTier::scoped_name});
  const ZoneId to =
      place(std::string(id), {std::string(id), 0, 0, ZoneTier::id});
  return aliases_.emplace(from, to).first->second == to;
}

std::vector<ZoneId> ZoneTable::resolve() {
  std::vector<ZoneId> now(places_.size());
  std::vector<Place> kept(1);
  for (ZoneId id = 1; id < places_.size(); ++id) {
    if (aliases_.contains(id)) continue;
    now[id] = static_cast<ZoneId>(kept.size());
    kept.push_back(std::move(places_[id]));
  }
  for (const auto& [from, to] : aliases_) {
    now[from] = now[to];
    WordId& region = kept[now[to]].region;
    if (region == 0) region = places_[from].region;
  }
  places_ = std::move(kept);
  ids_.clear();
  aliases_.clear();
  last_zone_.clear();
  last_region_ = last_scope_ = last_ = 0;
  return now;
}

ZoneRelation ZoneTable::relation(ZoneId a, ZoneId b) const noexcept {
  const Place& p = places_[a];
  const Place& q = places_[b];
  const auto is_zone = [](const Place& place) {
    return place.tier == ZoneTier::id || place.tier == ZoneTier::scoped_name;
  };
  if (a == b) return is_zone(p) ? ZoneRelation::same : ZoneRelation::unknown;
  if (p.region != 0 && q.region != 0 && p.region != q.region) {
    return ZoneRelation::cross_region;
  }
  const bool comparable = is_zone(p) && is_zone(q) && p.scope == q.scope;
  return comparable ? ZoneRelation::cross : ZoneRelation::unknown;
}

}  // namespace netlat
