#pragma once
// The lines of one zone map into ZoneData.

#include <optional>
#include <string>
#include <tuple>
#include <unordered_set>
#include <vector>

#include "lib/zone/map_header.h"
#include "lib/zone/text_lines.h"
#include "lib/zone/zone_data.h"
#include "netlat/zone/zone_reader.h"

namespace netlat {

class MapFileReader {
 public:
  /// With `texts` these are all the files there are; null: the disk's.
  MapFileReader(const ZoneMapOptions& options, const ZoneTexts* texts,
                ZoneData& data, ZoneMapReading& reading);

  /// A file and those it includes.
  void read(const std::string& path);

 private:
  static constexpr std::size_t kDeepest = 8;  // includes within includes

  // A file that is being read, with what is known of it.
  struct Open {
    std::string path;
    TextLines lines;
    std::uint16_t index = 0;
    std::optional<MapHeader> header;
  };

  Result<TextLines> open_lines(const std::string& path) const;
  void read_lines(Open open);
  // False: the rest of the file is of no use.
  bool take(Open& open, const TextLine& line);
  bool take_mark(Open& open, std::string_view text);
  bool take_header(Open& open);
  void take_zone_name(Open& open, const std::vector<std::string_view>& words);
  void take_expected(Open& open, const std::vector<std::string_view>& words);
  void include(Open& open, std::string_view file);
  void take_prefix(Open& open);
  bool read_times(const Open& open, RawLine& line);
  void note_host_bits(const Open& open, const RawLine& line);
  void problem(const Open& open, const std::string& what);
  void problem_of_file(const std::string& path, Error error);
  std::string_view field(const Open& open, ZoneColumn c) const {
    return open.header->get(fields_, c);
  }

  const ZoneTexts* texts_;
  ZoneData& data_;
  ZoneMapReading& reading_;
  std::unordered_set<std::string> scopes_;
  // Device and inode, or the path among texts.
  using Identity = std::tuple<std::uint64_t, std::uint64_t, std::string>;
  std::vector<Identity> open_files_;
  CsvFields fields_;
  WordColumn scope_, region_, kind_, source_;
};

}  // namespace netlat
