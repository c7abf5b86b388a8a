#include "lib/zone/map_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "netlat/base/safe_text.h"
#include "netlat/zone/prefix_text.h"

namespace netlat {

namespace {

// Capture times are nanoseconds in 64 bits.
constexpr std::int64_t kLastMicrosecond =
    std::numeric_limits<std::int64_t>::max() / 1000;

std::string shown(std::string_view text) {
  return SafeText(text).str();
}
std::string shown_file(const std::string& path) {
  return path == "-" ? "standard input" : shown(path);
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (;;) {
    text = trimmed(text);
    if (text.empty()) return words;
    const auto end = std::min(text.find_first_of(" \t"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::optional<std::int64_t> microseconds(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || at != end || value > kLastMicrosecond ||
      value < -kLastMicrosecond) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

MapFileReader::MapFileReader(const ZoneMapOptions& options,
                             const ZoneTexts* texts, ZoneData& data,
                             ZoneMapReading& reading)
    : texts_(texts),
      data_(data),
      reading_(reading),
      scopes_(options.scopes.begin(), options.scopes.end()) {
  data_.one_scope = !scopes_.empty();
}

void MapFileReader::problem_of_file(const std::string& path, Error error) {
  ++reading_.problem_count;
  if (reading_.problems.size() == ZoneMapReading::kMostSentences) return;
  reading_.problems.push_back(std::move(error).within(shown_file(path)));
}

void MapFileReader::problem(const Open& open, const std::string& what) {
  ++reading_.problem_count;
  if (reading_.problems.size() == ZoneMapReading::kMostSentences) return;
  reading_.problems.push_back({fmt::format("{}:{}: {}", shown_file(open.path),
                                           open.lines.number(), what)});
}

Result<TextLines> MapFileReader::open_lines(const std::string& path) const {
  if (texts_ == nullptr) return TextLines::open(path);
  const auto found = texts_->find(path);
  if (found == texts_->end()) return Error{"was not handed over"};
  return TextLines(found->second);
}

void MapFileReader::read(const std::string& path) {
  auto lines = open_lines(path);
  if (!lines) return problem_of_file(path, std::move(lines.error()));
  const Identity identity{lines->device(), lines->inode(),
                          texts_ == nullptr ? "" : path};
  if (std::find(open_files_.begin(), open_files_.end(), identity) !=
      open_files_.end()) {
    return problem_of_file(path, Error{"includes itself"});
  }
  if (open_files_.size() == kDeepest) {
    return problem_of_file(
        path, Error{fmt::format("is an include within {} others", kDeepest)});
  }
  open_files_.push_back(identity);
  read_lines({path, std::move(*lines), 0, {}});
  open_files_.pop_back();
}

void MapFileReader::read_lines(Open open) {
  if (data_.files.size() > std::numeric_limits<std::uint16_t>::max()) {
    return problem_of_file(open.path, Error{"is one file too many"});
  }
  open.index = static_cast<std::uint16_t>(data_.files.size());
  data_.files.push_back(open.path);
  bool useful = true;
  while (useful) {
    const auto line = open.lines.next();
    if (!line) break;
    useful = take(open, *line);
  }
  if (open.lines.error()) {
    problem(open, open.lines.error()->message);
  } else if (useful && !open.header) {
    problem_of_file(open.path, Error{"has no line that names its columns; "
                                     "the first is, for example: cidr,zone"});
  }
}

bool MapFileReader::take(Open& open, const TextLine& line) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  std::string_view text = line.text;
  if (open.lines.number() == 1 && text.substr(0, 3) == kByteOrderMark) {
    text.remove_prefix(3);
  }
  text = trimmed(text);
  if (text.empty()) return true;
  if (text[0] == '#') return take_mark(open, text);
  if (!fields_.split(text)) {
    problem(open, "a quote is not closed, or text follows it");
    return true;
  }
  if (!open.header) return take_header(open);
  const bool whole = fields_.size() == open.header->columns();
  if (MapHeader::is_header(fields_) &&
      !(whole && read_prefix(field(open, ZoneColumn::cidr)))) {
    return take_header(open);
  }
  if (!whole) {
    problem(open, fmt::format("has {} of {} columns", fields_.size(),
                              open.header->columns()));
  } else if (!line.terminated) {
    problem(open,
            "the file ends within this line; if it is whole, end it "
            "with a newline");
  } else {
    take_prefix(open);
  }
  return true;
}

bool MapFileReader::take_header(Open& open) {
  auto header = MapHeader::read(fields_);
  if (header) {
    open.header = *header;
    return true;
  }
  problem(open, header.error().message);
  return false;
}

bool MapFileReader::take_mark(Open& open, std::string_view text) {
  const std::vector<std::string_view> words = words_of(text);
  if (words[0] == kZoneMapMark && words.size() > 1 && words[1] != "1") {
    problem(open, fmt::format("is a map of format {}, and this netlat reads "
                              "format 1 only",
                              shown(words[1])));
    return false;
  }
  if (words[0] == kIncludeMark) {
    include(open, trimmed(text.substr(kIncludeMark.size())));
  }
  if (words[0] == kZoneNameMark) take_zone_name(open, words);
  if (words[0] == kExpectedMark) take_expected(open, words);
  return true;
}

void MapFileReader::take_zone_name(Open& open,
                                   const std::vector<std::string_view>& words) {
  if (words.size() != 4 || words[3].find('/') != std::string_view::npos) {
    return problem(open, "write: #zone-name SCOPE NAME ID");
  }
  if (!data_.zones.alias(words[1], words[2], words[3], data_.words)) {
    problem(open,
            fmt::format("zone name {} of {} has another id on an earlier line",
                        shown(words[2]), shown(words[1])));
  }
}

void MapFileReader::take_expected(Open& open,
                                  const std::vector<std::string_view>& words) {
  constexpr std::int64_t kLongestUs = 60'000'000;
  std::optional<std::int64_t> numbers[3];
  for (std::size_t i = 0; i < 3 && words.size() == 6; ++i) {
    numbers[i] = microseconds(words[3 + i]);
  }
  const auto& [rtt, from, to] = numbers;
  if (!rtt || !from || !to || *rtt <= 0 || *rtt > kLongestUs || *from >= *to) {
    return problem(open,
                   "write: #expected-rtt ZONE ZONE MICROSECONDS FROM TO, the "
                   "times in microseconds since 1970");
  }
  const ExpectedRtts::Point point{*rtt, *from, *to};
  if (words[1].starts_with(kRegionPlace) &&
      words[2].starts_with(kRegionPlace)) {
    const auto region = [&](std::string_view place) {
      return data_.words.intern(place.substr(kRegionPlace.size()));
    };
    return data_.expected.add_regions(region(words[1]), region(words[2]),
                                      point);
  }
  const auto a = data_.zones.intern(words[1], 0, 0, data_.words);
  const auto b = data_.zones.intern(words[2], 0, 0, data_.words);
  if (!a || !b) return problem(open, "a zone lacks its scope");
  data_.expected.add_zones(*a, *b, point);
}

void MapFileReader::include(Open& open, std::string_view file) {
  if (file.empty()) return problem(open, "names no file to include");
  std::string path(file);
  const auto slash = open.path.rfind('/');
  if (file[0] != '/' && slash != std::string::npos) {
    path.insert(0, open.path, 0, slash + 1);
  }
  read(path);
}

void MapFileReader::note_host_bits(const Open& open, const RawLine& line) {
  ++reading_.warning_count;
  if (reading_.warnings.size() == ZoneMapReading::kMostSentences) return;
  reading_.warnings.push_back(fmt::format(
      "{}:{}: {} has bits beyond its length; read as {}", shown_file(open.path),
      open.lines.number(), shown(field(open, ZoneColumn::cidr)),
      prefix_text({line.start, line.length})));
}

bool MapFileReader::read_times(const Open& open, RawLine& line) {
  const auto read = [&](ZoneColumn column, std::int64_t& value) {
    const std::string_view text = field(open, column);
    if (text.empty()) return true;
    const auto us = microseconds(text);
    if (us) {
      value = *us;
    } else {
      problem(open, fmt::format("{} is no time; write microseconds since 1970",
                                shown(text)));
    }
    return us.has_value();
  };
  return read(ZoneColumn::valid_from_us, line.from_us) &&
         read(ZoneColumn::valid_to_us, line.to_us);
}

void MapFileReader::take_prefix(Open& open) {
  const std::string_view cidr = field(open, ZoneColumn::cidr);
  if (cidr.empty()) return problem(open, "names no prefix");
  const auto written = read_prefix(cidr);
  if (!written) {
    return problem(open, fmt::format("{} is not a prefix", shown(cidr)));
  }
  std::string_view scope = field(open, ZoneColumn::scope);
  if (scope == "*") scope = {};
  RawLine line;
  line.scope = scope_.intern(data_.words, scope);
  line.region = region_.intern(data_.words, field(open, ZoneColumn::region));
  const std::string_view zone = field(open, ZoneColumn::zone);
  const auto id =
      data_.zones.intern(zone, line.region, line.scope, data_.words);
  if (!id) {
    return problem(open, fmt::format("{} lacks its scope; write "
                                     "name:SCOPE/NAME",
                                     shown(zone)));
  }
  if (!read_times(open, line)) return;
  line.start = written->prefix.address;
  line.length = written->prefix.length;
  line.host_bits = written->host_bits;
  if (line.host_bits) note_host_bits(open, line);
  if (!scope.empty() && data_.one_scope &&
      !scopes_.contains(std::string(scope))) {
    return;
  }
  line.zone = *id;
  line.kind = kind_.intern(data_.words, field(open, ZoneColumn::kind));
  line.rank = kind_rank(data_.words[line.kind]);
  line.source = source_.intern(data_.words, field(open, ZoneColumn::source));
  const std::string_view label = field(open, ZoneColumn::label);
  line.label_at = data_.labels.size();
  line.label_size = static_cast<std::uint32_t>(label.size());
  data_.labels.append(label);
  line.file = open.index;
  line.number = open.lines.number();
  data_.lines.push_back(line);
}

}  // namespace netlat
