#include "netlat/source/live_source.h"

#include <net/if.h>

#include "lib/source/live_group.h"

namespace netlat {

std::vector<std::string> interface_names() {
  std::vector<std::string> names;
  struct if_nameindex* const list = if_nameindex();
  if (list == nullptr) return names;
  for (const auto* at = list; at->if_index != 0; ++at) {
    names.emplace_back(at->if_name);
  }
  if_freenameindex(list);
  return names;
}

std::vector<std::string> LiveSources::opener_names(
    const std::vector<std::string>& names) {
  if (names.size() == 1 && names[0] == "any") return {""};
  return names;
}

Result<std::unique_ptr<LiveSources>> LiveSources::open(
    const std::vector<std::string>& names, const LiveOptions& options,
    std::unique_ptr<LiveOpener> opener) {
  auto group = std::make_unique<LiveGroup>(opener_names(names), options,
                                           std::move(opener));
  if (auto started = group->start(options); !started) {
    return std::move(started.error());
  }
  return std::unique_ptr<LiveSources>(std::move(group));
}

}  // namespace netlat
