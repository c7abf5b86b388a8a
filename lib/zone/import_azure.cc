// What the az command line prints, and the instance metadata service.  Subnets
// are regional; a zone belongs to a virtual machine, and its number means
// another place in each subscription unless the list of locations, or the
// metadata, gives the physical zone.

#include <fmt/format.h>

#include <algorithm>

#include "lib/zone/importers.h"

namespace netlat {

namespace {

constexpr std::string_view kPaths[] = {
    "id",
    "name",
    "location",
    "zones[]",
    "privateIps",
    "publicIps",
    "hardwareProfile.vmSize",
    "ipConfigurations[].privateIPAddress",
    "ipConfigurations[].privateIpAddress",
    "ipConfigurations[].subnet.id",
    "virtualMachine.id",
    "regionalDisplayName",
    "availabilityZoneMappings[].logicalZone",
    "availabilityZoneMappings[].physicalZone",
    "compute.name",
    "compute.location",
    "compute.zone",
    "compute.physicalZone",
    "compute.subscriptionId",
    "network.interface[].ipv4.ipAddress[].privateIpAddress",
    "network.interface[].ipv6.ipAddress[].privateIpAddress",
};

// Resource ids differ in case between one command and another.
std::string machine_key(std::string_view id) {
  std::string key = "machine ";
  for (const char c : id) {
    key += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return key;
}

std::string logical_zone(std::string_view location, std::string_view number) {
  return number.empty() ? std::string()
                        : fmt::format("{}-{}", location, number);
}

// SUBSCRIPTION/VNET of a subnet's id.
std::string subnet_scope(std::string_view id) {
  const std::string_view network = path_element(id, "virtualNetworks");
  if (network.empty()) return {};
  return fmt::format("{}/{}", path_element(id, "subscriptions"), network);
}

// "10.0.0.4,10.0.0.5"
template <class Each>
void each_of_list(std::string_view list, const Each& call) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    call(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

void import_machine(const JsonItem& item, ImportContext& to) {
  const std::string_view id = item.get("id");
  ImportedLine line;
  line.region = item.get("location");
  line.scope = to.scope({});
  line.zone = to.zone({}, logical_zone(line.region, item.get("zones[]")),
                      path_element(id, "subscriptions"), line.scope);
  to.place(machine_key(id), {line.zone, line.region});
  line.label = item.get("name");
  line.kind = "host";
  line.source = "azure-vms";
  const auto emit = [&](std::string_view cidr) {
    line.cidr = cidr;
    to.emit(line);
  };
  each_of_list(item.get("privateIps"), emit);
  line.scope = "*";
  each_of_list(item.get("publicIps"), emit);
}

void import_interface(const JsonItem& item, ImportContext& to) {
  const std::string_view machine = item.get("virtualMachine.id");
  ImportedLine line;
  line.region = item.get("location");
  line.label = two_words(item.get("name"), after_last_slash(machine));
  line.kind = "eni";
  line.source = "azure-nics";
  for (const char* path : {"ipConfigurations[].privateIPAddress",
                           "ipConfigurations[].privateIpAddress"}) {
    item.each(path, [&](const std::string& cidr, std::uint32_t group) {
      line.cidr = cidr;
      line.scope = to.scope(
          subnet_scope(item.get("ipConfigurations[].subnet.id", group)));
      if (machine.empty()) {
        to.emit(line);
      } else {
        to.emit_at(line, machine_key(machine), {});
      }
    });
  }
}

void import_location(const JsonItem& item, ImportContext& to) {
  const std::string_view owner = path_element(item.get("id"), "subscriptions");
  const std::string_view name = item.get("name");
  item.each("availabilityZoneMappings[].logicalZone",
            [&](const std::string& number, std::uint32_t group) {
              const std::string_view physical =
                  item.get("availabilityZoneMappings[].physicalZone", group);
              if (physical.empty()) return;
              to.learn(owner, to.scope({}), logical_zone(name, number),
                       physical);
            });
}

void import_metadata(const JsonItem& item, ImportContext& to) {
  ImportedLine line;
  line.region = item.get("compute.location");
  line.scope = to.scope({});
  line.zone = to.zone(item.get("compute.physicalZone"),
                      logical_zone(line.region, item.get("compute.zone")),
                      item.get("compute.subscriptionId"), line.scope);
  line.label = item.get("compute.name");
  line.kind = "host";
  line.source = "azure-imds";
  for (const char* path :
       {"network.interface[].ipv4.ipAddress[].privateIpAddress",
        "network.interface[].ipv6.ipAddress[].privateIpAddress"}) {
    item.each(path, [&](const std::string& cidr, std::uint32_t) {
      line.cidr = cidr;
      to.emit(line);
    });
  }
}

}  // namespace

std::span<const std::string_view> azure_paths() {
  return kPaths;
}

bool import_azure(const JsonItem& item, ImportContext& to) {
  if (item.has("ipConfigurations[].privateIPAddress") ||
      item.has("ipConfigurations[].privateIpAddress")) {
    import_interface(item, to);
  } else if (item.has("privateIps") || item.has("hardwareProfile.vmSize")) {
    import_machine(item, to);
  } else if (item.has("availabilityZoneMappings[].logicalZone") ||
             item.has("regionalDisplayName")) {
    import_location(item, to);
  } else if (item.has("compute.location")) {
    import_metadata(item, to);
  } else {
    return false;
  }
  return true;
}

}  // namespace netlat
