// What gcloud compute prints.  Subnets are regional and give no zone; zones
// come from instances, whose alias ranges are the pods of a GKE node.  Zone
// names are the same for every project.

#include "lib/zone/importers.h"

namespace netlat {

namespace {

constexpr std::string_view kPaths[] = {
    "name",
    "zone",
    "network",
    "region",
    "ipCidrRange",
    "ipv6CidrRange",
    "internalIpv6Prefix",
    "externalIpv6Prefix",
    "secondaryIpRanges[].rangeName",
    "secondaryIpRanges[].ipCidrRange",
    "networkInterfaces[].network",
    "networkInterfaces[].networkIP",
    "networkInterfaces[].ipv6Address",
    "networkInterfaces[].aliasIpRanges[].ipCidrRange",
    "networkInterfaces[].accessConfigs[].natIP",
    "networkInterfaces[].ipv6AccessConfigs[].externalIpv6",
};

// PROJECT/NETWORK of a network's URL.
std::string network_scope(std::string_view url) {
  const std::string_view project = path_element(url, "projects");
  const std::string_view network = after_last_slash(url);
  if (project.empty()) return std::string(network);
  return std::string(project) + '/' + std::string(network);
}

void import_instance(const JsonItem& item, ImportContext& to) {
  ImportedLine line;
  const std::string_view zone = after_last_slash(item.get("zone"));
  line.zone = to.zone(zone, {}, {}, {});
  line.region = zone.substr(0, zone.rfind('-'));
  line.label = item.get("name");
  line.source = "gcp-instances";
  struct Part {
    std::string_view path, kind;
    bool everywhere;
  };
  constexpr Part kParts[] = {
      {"networkInterfaces[].networkIP", "host", false},
      {"networkInterfaces[].ipv6Address", "host", false},
      {"networkInterfaces[].aliasIpRanges[].ipCidrRange", "podcidr", false},
      {"networkInterfaces[].accessConfigs[].natIP", "host", true},
      {"networkInterfaces[].ipv6AccessConfigs[].externalIpv6", "host", true},
  };
  for (const Part& part : kParts) {
    item.each(part.path, [&](const std::string& cidr, std::uint32_t group) {
      const std::string network =
          network_scope(item.get("networkInterfaces[].network", group));
      line.cidr = cidr;
      line.kind = part.kind;
      line.scope = part.everywhere ? "*" : to.scope(network);
      to.emit(line);
    });
  }
}

void import_subnet(const JsonItem& item, ImportContext& to) {
  ImportedLine line;
  line.region = after_last_slash(item.get("region"));
  line.scope = to.scope(network_scope(item.get("network")));
  line.kind = "subnet";
  line.source = "gcp-subnets";
  const std::string name(item.get("name"));
  line.label = name;
  for (const char* path : {"ipCidrRange", "ipv6CidrRange", "internalIpv6Prefix",
                           "externalIpv6Prefix"}) {
    line.cidr = item.get(path);
    to.emit(line);
  }
  item.each("secondaryIpRanges[].ipCidrRange",
            [&](const std::string& cidr, std::uint32_t group) {
              line.cidr = cidr;
              line.label = two_words(
                  name, item.get("secondaryIpRanges[].rangeName", group));
              to.emit(line);
            });
}

}  // namespace

std::span<const std::string_view> gcp_paths() {
  return kPaths;
}

std::string_view after_last_slash(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string_view path_element(std::string_view path, std::string_view name) {
  while (!path.empty()) {
    const auto slash = path.find('/');
    const bool found = path.substr(0, slash) == name;
    if (slash == std::string_view::npos) return {};
    path.remove_prefix(slash + 1);
    if (found) return path.substr(0, path.find('/'));
  }
  return {};
}

bool import_gcp(const JsonItem& item, ImportContext& to) {
  if (item.has("networkInterfaces[].networkIP") && item.has("zone")) {
    import_instance(item, to);
  } else if (item.has("network") && item.has("region") &&
             (item.has("ipCidrRange") || item.has("ipv6CidrRange") ||
              item.has("internalIpv6Prefix"))) {
    import_subnet(item, to);
  } else {
    return false;
  }
  return true;
}

}  // namespace netlat
