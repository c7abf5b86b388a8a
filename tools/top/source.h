#pragma once
// The source of records that the command line names, opened.

#include <memory>
#include <string>
#include <vector>

#include "netlat/base/result.h"
#include "tools/top/child.h"
#include "tools/top/options.h"

namespace netlat {

/// Either a child that writes records, or a descriptor to read them from.
struct RecordSource {
  std::optional<Child> child;
  int fd = -1;       ///< if there is no child
  std::string name;  ///< "eth0", "incident.pcap"; untrusted
};

/// What tells another tool of the same map.
void add_zones(std::vector<std::string>& words, const ZoneOptions& zones);

Result<RecordSource> open_source(const TopOptions& options);

}  // namespace netlat
