// What kubectl prints.  A node tells its zone by labels; a pod or an endpoint
// is where its node is.  Pod addresses are used again, so that a pod's line
// begins when the pod did.

#include <fmt/format.h>

#include "lib/zone/importers.h"
#include "lib/zone/zone_table.h"
#include "netlat/zone/utc_time.h"

namespace netlat {

namespace {

constexpr std::string_view kZoneId = "metadata.labels.topology.k8s.aws/zone-id";
constexpr std::string_view kZone =
    "metadata.labels.topology.kubernetes.io/zone";
constexpr std::string_view kOldZone =
    "metadata.labels.failure-domain.beta.kubernetes.io/zone";
constexpr std::string_view kRegion =
    "metadata.labels.topology.kubernetes.io/region";
constexpr std::string_view kOldRegion =
    "metadata.labels.failure-domain.beta.kubernetes.io/region";
constexpr std::string_view kTemplateHash = "metadata.labels.pod-template-hash";
constexpr std::string_view kService =
    "metadata.labels.kubernetes.io/service-name";

constexpr std::string_view kPaths[] = {
    kZoneId,
    kZone,
    kOldZone,
    kRegion,
    kOldRegion,
    kTemplateHash,
    kService,
    "kind",
    "addressType",
    "metadata.name",
    "metadata.namespace",
    "metadata.ownerReferences[].kind",
    "metadata.ownerReferences[].name",
    "spec.providerID",
    "spec.podCIDR",
    "spec.podCIDRs[]",
    "spec.ipam.podCIDRs[]",
    "spec.nodeName",
    "spec.hostNetwork",
    "status.addresses[].type",
    "status.addresses[].address",
    "status.phase",
    "status.hostIP",
    "status.podIP",
    "status.podIPs[].ip",
    "status.startTime",
    "endpoints[].addresses[]",
    "endpoints[].zone",
    "endpoints[].nodeName",
};

std::string node_key(std::string_view name) {
  return name.empty() ? std::string() : "node " + std::string(name);
}

std::string_view either(std::string_view a, std::string_view b) {
  return a.empty() ? b : a;
}

// Subscription of azure:///subscriptions/ID/...; other providers' ids do not
// say whose they are.
std::string_view owner_of(std::string_view provider_id) {
  return path_element(provider_id, "subscriptions");
}

std::string zone_of_name(std::string_view name, std::string_view owner,
                         const std::string& scope, ImportContext& to) {
  const bool is_id = zone_spelling(name) == ZoneSpelling::other;
  return is_id ? to.zone(name, {}, owner, scope)
               : to.zone({}, name, owner, scope);
}

// Zone and region by an object's own labels.
ImportedPlace labelled(const JsonItem& item, std::string_view owner,
                       const std::string& scope, ImportContext& to) {
  const std::string_view name = either(item.get(kZone), item.get(kOldZone));
  const std::string_view id = item.get(kZoneId);
  ImportedPlace place;
  place.zone = id.empty() ? zone_of_name(name, owner, scope, to)
                          : to.zone(id, name, owner, scope);
  place.region = either(either(item.get(kRegion), item.get(kOldRegion)),
                        region_of_aws_name(name));
  return place;
}

void import_node(const JsonItem& item, ImportContext& to) {
  ImportedLine line;
  line.scope = to.scope({});
  const ImportedPlace place =
      labelled(item, owner_of(item.get("spec.providerID")), line.scope, to);
  line.zone = place.zone;
  line.region = place.region;
  line.label = fmt::format("node/{}", item.get("metadata.name"));
  line.source = "k8s-nodes";
  to.place(node_key(item.get("metadata.name")), place);
  // Without labels there is nothing to say of its addresses.
  if (place.zone.empty() && place.region.empty()) line.label.clear();
  item.each("status.addresses[].type",
            [&](const std::string& type, std::uint32_t group) {
              const bool internal = type == "InternalIP";
              if (!internal && type != "ExternalIP") return;
              ImportedLine own = line;
              own.kind = "node";
              if (!internal) own.scope = "*";
              own.cidr = item.get("status.addresses[].address", group);
              to.emit(own);
            });
  line.kind = "podcidr";
  if (!item.has("spec.podCIDRs[]")) {
    line.cidr = item.get("spec.podCIDR");
    to.emit(line);
  }
  item.each("spec.podCIDRs[]", [&](const std::string& cidr, std::uint32_t) {
    line.cidr = cidr;
    to.emit(line);
  });
}

// Cilium's own address ranges of a node, which has no zone of its own.
void import_cilium_node(const JsonItem& item, ImportContext& to) {
  ImportedLine line;
  const std::string_view name = item.get("metadata.name");
  line.scope = to.scope({});
  line.label = fmt::format("node/{}", name);
  line.kind = "podcidr";
  line.source = "k8s-nodes";
  item.each("spec.ipam.podCIDRs[]",
            [&](const std::string& cidr, std::uint32_t) {
              line.cidr = cidr;
              to.emit_at(line, node_key(name), {});
            });
}

// "shop/cart-7d9f-x (Deployment cart)"
std::string pod_label(const JsonItem& item) {
  std::string label = fmt::format("{}/{}", item.get("metadata.namespace"),
                                  item.get("metadata.name"));
  std::string_view kind = item.get("metadata.ownerReferences[].kind");
  std::string_view owner = item.get("metadata.ownerReferences[].name");
  const std::string hash = '-' + std::string(item.get(kTemplateHash));
  if (kind == "ReplicaSet" && hash.size() > 1 && owner.ends_with(hash)) {
    kind = "Deployment";
    owner.remove_suffix(hash.size());
  }
  if (!owner.empty()) label += fmt::format(" ({} {})", kind, owner);
  return label;
}

void import_pod(const JsonItem& item, ImportContext& to) {
  const std::string_view phase = item.get("status.phase");
  // The address is its node's, or is free for another pod.
  if (item.get("spec.hostNetwork") == "true" || phase == "Succeeded" ||
      phase == "Failed") {
    return;
  }
  ImportedLine line;
  line.scope = to.scope({});
  const ImportedPlace own = labelled(item, {}, line.scope, to);
  line.zone = own.zone;
  line.region = own.region;
  line.label = pod_label(item);
  line.kind = "pod";
  line.source = "k8s-pods";
  line.valid_from = parse_utc_time(item.get("status.startTime"));
  const std::string key = node_key(item.get("spec.nodeName"));
  const auto emit = [&](const std::string& cidr, std::uint32_t) {
    line.cidr = cidr;
    if (own.zone.empty()) {
      to.emit_at(line, key, item.get("status.hostIP"));
    } else {
      to.emit(line);
    }
  };
  item.each(
      item.has("status.podIPs[].ip") ? "status.podIPs[].ip" : "status.podIP",
      emit);
}

void import_endpoints(const JsonItem& item, ImportContext& to) {
  if (item.get("addressType") == "FQDN") return;
  ImportedLine line;
  line.scope = to.scope({});
  line.label =
      fmt::format("{}/{}", item.get("metadata.namespace"),
                  either(item.get(kService), item.get("metadata.name")));
  line.kind = "endpoint";
  line.source = "k8s-endpointslices";
  item.each("endpoints[].addresses[]", [&](const std::string& cidr,
                                           std::uint32_t group) {
    const std::string_view zone = item.get("endpoints[].zone", group);
    line.cidr = cidr;
    line.zone = zone_of_name(zone, {}, line.scope, to);
    line.region = region_of_aws_name(zone);
    const std::string_view node = item.get("endpoints[].nodeName", group);
    if (node.empty() && zone.empty()) return;
    to.emit_at(line, node_key(node), {});
  });
}

}  // namespace

std::span<const std::string_view> kubernetes_paths() {
  return kPaths;
}

bool import_kubernetes(const JsonItem& item, std::string_view list,
                       ImportContext& to) {
  const std::string_view kind = item.get("kind");
  const auto is = [&](std::string_view wanted) {
    return kind == wanted || (kind.empty() && list.starts_with(wanted) &&
                              list.substr(wanted.size()) == "List");
  };
  const bool untold = kind.empty() && list.empty();
  if (is("CiliumNode")) {
    import_cilium_node(item, to);
  } else if (is("Node") || (untold && item.has("status.addresses[].type"))) {
    import_node(item, to);
  } else if (is("Pod") || (untold && item.has("status.podIP"))) {
    import_pod(item, to);
  } else if (is("EndpointSlice") ||
             (untold && item.has("endpoints[].addresses[]"))) {
    import_endpoints(item, to);
  } else {
    return false;
  }
  return true;
}

}  // namespace netlat
