#include "lib/zone/import_context.h"

#include <fmt/format.h>

#include "lib/zone/csv_fields.h"
#include "lib/zone/map_header.h"
#include "lib/zone/zone_table.h"
#include "netlat/base/safe_text.h"
#include "netlat/zone/prefix_text.h"

namespace netlat {

namespace {

std::string column(std::string_view text) {
  return csv_field(SafeText(text).str());
}

// A spreadsheet would run it as a formula otherwise.
std::string label_column(const std::string& label) {
  constexpr std::string_view kFormula = "=+-@";
  const bool formula =
      !label.empty() && kFormula.find(label[0]) != std::string_view::npos;
  return column(formula ? "'" + label : label);
}

// A word of a zone-name line and of name:OWNER/NAME: without the characters
// that set its parts apart, and short enough for both to stay whole.
std::string word(std::string_view text, std::string_view without) {
  constexpr std::size_t kLongest = 100;
  std::string one(text.substr(0, kLongest));
  for (char& c : one) {
    if (without.find(c) != std::string_view::npos) c = '_';
  }
  return one;
}
std::string owner_part(std::string_view text) {
  return word(text, " \t");
}
std::string name_part(std::string_view text) {
  return word(text, " \t/:");
}

}  // namespace

ImportContext::ImportContext(ZoneImportOptions options, const ZoneMap* before,
                             ZoneImport::Sink sink)
    : options_(std::move(options)), before_(before), sink_(std::move(sink)) {}

void ImportContext::warn(const std::string& sentence) {
  constexpr std::size_t kMost = 100;
  if (warnings_.size() < kMost) warnings_.push_back(sentence);
}

void ImportContext::unknown_item(std::string_view where) {
  if (counts_.unknown++ == 0) {
    warn(fmt::format("{}: an object in {} is nothing netlat knows; left out",
                     name_, where.empty() ? "the document" : where));
  }
}

void ImportContext::write(const ImportedLine& line) {
  const auto prefix = read_prefix(line.cidr);
  if (!prefix) {
    ++counts_.not_a_prefix;
    return warn(fmt::format("{}: {} is not a prefix; left out", name_,
                            SafeText(line.cidr).str()));
  }
  ++counts_.lines;
  const std::string from =
      line.valid_from ? std::to_string(to_us(*line.valid_from)) : "";
  sink_(fmt::format("{},{},{},{},{},{},{},{},", prefix_text(prefix->prefix),
                    column(line.zone), column(line.region),
                    column(line.scope.empty() ? "*" : line.scope),
                    label_column(line.label), line.kind, line.source, from));
}

void ImportContext::emit(const ImportedLine& line) {
  if (line.cidr.empty()) return;
  if (line.zone.empty() && line.region.empty() && line.label.empty()) {
    ++counts_.no_zone;
  } else {
    write(line);
  }
}

void ImportContext::emit_at(ImportedLine line, const std::string& key,
                            std::string_view host) {
  if (line.cidr.empty()) return;
  const auto known = places_.find(key);
  if (known == places_.end() && !line.zone.empty()) return write(line);
  if (known == places_.end()) {
    waiting_.push_back({std::move(line), key, std::string(host)});
    return;
  }
  line.zone = known->second.zone;
  if (!known->second.region.empty()) line.region = known->second.region;
  write(line);
}

void ImportContext::place(const std::string& key, ImportedPlace place) {
  const bool says = !place.zone.empty() || !place.region.empty();
  if (!key.empty() && says) places_[key] = std::move(place);
}

std::optional<ImportedPlace> ImportContext::place_of_host(
    const Waiting& waiting) const {
  const auto host = IpAddress::parse(waiting.host);
  if (before_ == nullptr || !host) return std::nullopt;
  const ZoneResult r =
      before_->lookup(*host, waiting.line.valid_from.value_or(Stamp{}));
  if (r.status != ZoneStatus::known) return std::nullopt;
  const Zone zone = before_->zone(r.zone);
  return ImportedPlace{std::string(zone.name), std::string(zone.region)};
}

void ImportContext::finish() {
  std::uint64_t left_out = 0;
  std::string example;
  for (Waiting& w : waiting_) {
    const auto known = places_.find(w.key);
    const auto place = known != places_.end() ? std::optional(known->second)
                                              : place_of_host(w);
    if (place) {
      w.line.zone = place->zone;
      if (!place->region.empty()) w.line.region = place->region;
      write(w.line);
    } else if (left_out++ == 0) {
      example = w.key.empty() ? w.line.cidr : w.key;
    }
  }
  waiting_.clear();
  counts_.no_zone += left_out;
  if (left_out == 0) return;
  warn(fmt::format(
      "{} addresses left out, since nothing tells the zone of {}{};"
      " import the nodes or machines as well",
      left_out, SafeText(example).str(), left_out > 1 ? " and others" : ""));
}

std::string ImportContext::owner_word(std::string_view owner,
                                      std::string_view scope) const {
  if (!owner.empty()) return owner_part(owner);
  if (!options_.account.empty()) return owner_part(options_.account);
  return scope.empty() ? "*" : owner_part(scope);
}

std::string ImportContext::zone(std::string_view id, std::string_view name,
                                std::string_view owner,
                                std::string_view scope) {
  learn(owner, scope, name, id);
  if (!id.empty()) return name_part(id);
  if (name.empty()) return {};
  const std::string whose = owner_word(owner, scope);
  // The map takes a bare AWS name as one of its line's scope.
  if (whose == "*" && zone_spelling(name) == ZoneSpelling::aws_name) {
    return name_part(name);
  }
  return fmt::format("name:{}/{}", whose, name_part(name));
}

void ImportContext::learn(std::string_view owner, std::string_view scope,
                          std::string_view name, std::string_view id) {
  if (name.empty() || id.empty()) return;
  const auto safe = [](const std::string& text) {
    return SafeText(text).str();
  };
  const std::string line =
      fmt::format("{} {} {} {}", kZoneNameMark, safe(owner_word(owner, scope)),
                  safe(name_part(name)), safe(name_part(id)));
  if (learned_.insert(line).second) sink_(line);
}

void ImportContext::expect(std::string_view a, std::string_view b,
                           std::int64_t rtt_us, Stamp from, Stamp to) {
  const auto safe = [](std::string_view text) { return SafeText(text).str(); };
  sink_(fmt::format("{} {} {} {} {} {}", kExpectedMark, safe(a), safe(b),
                    rtt_us, to_us(from), to_us(to)));
}

}  // namespace netlat
