#pragma once
// Lines of a zone map from the JSON that cloud command lines print.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/zone/zone_map.h"

namespace netlat {

class ImportContext;

struct ZoneImportOptions {
  /// Scope of lines whose document names none; empty: they apply everywhere.
  std::string scope = {};
  /// Whose zone names these are where the document does not say: an AWS
  /// account, an Azure subscription.
  std::string account = {};
};

struct ZoneImportCounts {
  std::uint64_t lines = 0;    ///< given out, zone-name lines aside
  std::uint64_t no_zone = 0;  ///< left out: nothing told their zone
  std::uint64_t not_a_prefix = 0;
  std::uint64_t unknown = 0;  ///< objects of no kind that is known
};

/// Reads documents one after another; what a document is, it tells by its
/// content.  Memory is that of one object (a pod, a subnet), of the zones of
/// nodes and virtual machines, and of lines that wait for those.
class ZoneImport {
 public:
  /// Gets each line of the map without its newline; SafeText throughout.
  using Sink = std::function<void(std::string_view)>;

  /// `before`, which may be null, is the map so far: where a pod's node is in
  /// no document, the map may know its address.  It outlives the import.
  ZoneImport(ZoneImportOptions options, const ZoneMap* before, Sink sink);
  ~ZoneImport();

  /// The first lines of a map file.
  static std::string header();

  /// A file with one document or several; "-" is standard input.  Fails at
  /// what is not JSON, with byte and path; what came before was given out.
  Result<void> read(const std::string& path);
  /// The same from text, for which `name` stands in messages.
  Result<void> read_text(const std::string& name, const std::string& text);
  /// Gives out what waited for a zone.  To be called once, last.
  void finish();

  const ZoneImportCounts& counts() const;
  /// What was left out and why, at most a hundred sentences.
  const std::vector<std::string>& warnings() const;

 private:
  class Documents;

  std::unique_ptr<ImportContext> context_;
};

}  // namespace netlat
