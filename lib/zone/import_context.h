#pragma once
// What the importers of one run share: the way out, the zones of nodes, and
// lines that wait for those.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "netlat/zone/zone_import.h"

namespace netlat {

/// A line of a map to be; see netlat-zones(5) for the columns.
struct ImportedLine {
  std::string cidr, zone, region, scope, label;
  std::string_view kind, source;
  std::optional<Stamp> valid_from;
};

struct ImportedPlace {
  std::string zone, region;
};

class ImportContext {
 public:
  ImportContext(ZoneImportOptions options, const ZoneMap* before,
                ZoneImport::Sink sink);

  /// Gives the line out, unless it has neither zone, region nor label, or no
  /// prefix.
  void emit(const ImportedLine& line);
  /// Gives the line out with the zone of the node or machine `key`; with its
  /// own if that is not known yet; and if it has none, once it is known.
  /// `host` is an address of the machine or empty.
  void emit_at(ImportedLine line, const std::string& key,
               std::string_view host);
  /// A node's or machine's zone, or its region alone.
  void place(const std::string& key, ImportedPlace place);
  void finish();

  /// Zone as the map writes it: the id if there is one; else the name with
  /// whose it is, `owner` or what the options say.
  std::string zone(std::string_view id, std::string_view name,
                   std::string_view owner, std::string_view scope);
  /// A document says that `name` of `owner` is `id`; nothing if either is
  /// empty.
  void learn(std::string_view owner, std::string_view scope,
             std::string_view name, std::string_view id);
  /// A document says how long a round trip between two places took, at the
  /// median.  Places are zones as zone() gives them, or "region:NAME".
  void expect(std::string_view a, std::string_view b, std::int64_t rtt_us,
              Stamp from, Stamp to);
  /// The scope of a line whose document names `scope` or none.
  std::string scope(std::string_view scope) const {
    return scope.empty() ? options_.scope : std::string(scope);
  }
  bool has_owner() const {
    return !options_.account.empty() || !options_.scope.empty();
  }

  /// The file and object that are being read, for warnings.
  void at(std::string name) { name_ = std::move(name); }
  const std::string& name() const { return name_; }
  void unknown_item(std::string_view where);
  void warn(const std::string& sentence);

  const ZoneImportCounts& counts() const { return counts_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct Waiting {
    ImportedLine line;
    std::string key, host;
  };

  std::string owner_word(std::string_view owner, std::string_view scope) const;
  void write(const ImportedLine& line);
  std::optional<ImportedPlace> place_of_host(const Waiting& waiting) const;

  ZoneImportOptions options_;
  const ZoneMap* before_;
  ZoneImport::Sink sink_;
  std::string name_;
  std::unordered_map<std::string, ImportedPlace> places_;
  std::unordered_set<std::string> learned_;
  std::vector<Waiting> waiting_;
  ZoneImportCounts counts_;
  std::vector<std::string> warnings_;
};

}  // namespace netlat
