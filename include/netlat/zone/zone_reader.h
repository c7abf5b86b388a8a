#pragma once
// Zone maps from files: netlat-zones(5).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/zone/zone_map.h"

namespace netlat {

struct ZoneMapOptions {
  /// Lines of these scopes and of none apply.  Empty: lines of every scope
  /// apply, each scope by itself, and where they disagree an address is
  /// ambiguous.
  std::vector<std::string> scopes = {};
  /// Use the lines that can be read although others cannot.
  bool keep_going = false;
};

struct ZoneMapReading {
  /// None if a file could not be opened, has no header, or has lines that
  /// cannot be read and `keep_going` is off.
  std::optional<ZoneMap> map;
  /// A sentence for each line that was refused, with file and line: at most
  /// kMostSentences of them, counted in full.
  std::vector<Error> problems;
  std::uint64_t problem_count = 0;
  /// What was read but looks wrong, at most kMostSentences.
  std::vector<std::string> warnings;
  std::uint64_t warning_count = 0;
  /// What was read, included files among it, as they were named; one that is
  /// included twice is there twice.
  std::vector<std::string> files;

  static constexpr std::size_t kMostSentences = 1000;
};

/// Reads all files, and those they include, into one map.  "-" is standard
/// input.
ZoneMapReading read_zone_maps(const std::vector<std::string>& paths,
                              const ZoneMapOptions& options = {});

/// Texts of files by their paths.
using ZoneTexts = std::map<std::string, std::string>;

/// The same where no file can be opened: `texts` has those of `paths` and all
/// that they include.
ZoneMapReading read_zone_map_texts(const std::vector<std::string>& paths,
                                   const ZoneTexts& texts,
                                   const ZoneMapOptions& options = {});

/// The same of one text, for which `name` stands in messages.
ZoneMapReading read_zone_map_text(const std::string& name,
                                  const std::string& text,
                                  const ZoneMapOptions& options = {});

/// The files to read when none is named: those of NETLAT_ZONES, separated by
/// colons, else the first that exists of $XDG_CONFIG_HOME/netlat/zones.csv
/// (~/.config if unset) and /etc/netlat/zones.csv, else none.
std::vector<std::string> default_zone_maps();

}  // namespace netlat
