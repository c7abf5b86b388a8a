#pragma once
// What probing one target brought, in the shapes it is printed in.

#include <map>
#include <string>
#include <vector>

#include "netlat/probe/hop_row.h"
#include "netlat/probe/path_report.h"
#include "netlat/report/hop_zones.h"
#include "netlat/report/json_writer.h"
#include "netlat/report/text_table.h"
#include "netlat/zone/address_origin.h"

namespace netlat {

/// A judged path with the names of its hops.
struct HopReport {
  PathReport path;
  std::vector<HopRow> rows;
  /// Untrusted, from the DNS; hops without a name are not in it.
  std::map<IpAddress, std::string> names;
  /// One a row; empty without a zone map.
  std::vector<HopZone> zones;
  /// One a row; empty without files that tell.
  std::vector<AddressOrigin> origins;
  /// What this host refused and what is lost by it; ours.
  std::vector<std::string> notes;
};

/// "AS64500 NL", "AS64500" or "NL"; "-" where nothing is known.  Printable
/// ASCII.
std::string origin_text(const AddressOrigin& origin);

/// The table and what there is to say about it.
std::string hop_text(const HopReport& report, const TextStyle& style);

/// What there is to say about it, a sentence each, the path's loss first.
/// Printable ASCII.
std::vector<std::string> hop_sentences(const HopReport& report);
/// How far the search for further ways is; empty if there is none.
std::string exploration_sentence(const PathReport& path);
/// "10:41:56 lane 1: the route changed at hop 2, from A to B".
std::string event_sentence(const PathEvent& event);

/// Records: `path`, its `hop`s, an `event` for each
/// change of route and each way found.  Appends
/// whole lines to `out`.
void hop_json(JsonWriter& json, const HopReport& report, std::string& out);

/// The columns and definitions of mtr's report (mtr_statistics.h), of paths
/// with one lane.
std::string hop_mtr_text(const HopReport& report);

/// mtr's own JSON shape (mtr --json), one document with its line end.
std::string hop_mtr_json(const HopReport& report);

/// CSV in mtr's columns; the heading once, then a line a hop.
std::string hop_csv_header();
void hop_csv(const HopReport& report, std::string& out);

}  // namespace netlat
