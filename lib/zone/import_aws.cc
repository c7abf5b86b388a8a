// What the aws command line prints.  A subnet lies in one zone, so that
// describe-subnets alone places nearly every address; interfaces and instances
// add what an address is.  Zone ids are the same everywhere; where a document
// is too old to have them, the zone is the account's name for it.

#include <fmt/format.h>

#include <array>

#include "lib/zone/importers.h"
#include "lib/zone/zone_table.h"

namespace netlat {

namespace {

constexpr std::string_view kPaths[] = {
    "CidrBlock",
    "SubnetId",
    "VpcId",
    "OwnerId",
    "AvailabilityZone",
    "AvailabilityZoneId",
    "SubnetArn",
    "Tags[].Key",
    "Tags[].Value",
    "TagSet[].Key",
    "TagSet[].Value",
    "Ipv6CidrBlockAssociationSet[].Ipv6CidrBlock",
    "Ipv6CidrBlockAssociationSet[].Ipv6CidrBlockState.State",
    "NetworkInterfaceId",
    "InterfaceType",
    "Description",
    "PrivateIpAddress",
    "PrivateIpAddresses[].PrivateIpAddress",
    "PrivateIpAddresses[].Association.PublicIp",
    "Ipv6Addresses[].Ipv6Address",
    "Ipv4Prefixes[].Ipv4Prefix",
    "Ipv6Prefixes[].Ipv6Prefix",
    "Attachment.InstanceId",
    "InstanceId",
    "Placement.AvailabilityZone",
    "Placement.AvailabilityZoneId",
    "NetworkInterfaces[].OwnerId",
    "NetworkInterfaces[].PrivateIpAddresses[].PrivateIpAddress",
    "NetworkInterfaces[].PrivateIpAddresses[].Association.PublicIp",
    "NetworkInterfaces[].Ipv6Addresses[].Ipv6Address",
    "NetworkInterfaces[].Ipv4Prefixes[].Ipv4Prefix",
    "NetworkInterfaces[].Ipv6Prefixes[].Ipv6Prefix",
    "ZoneName",
    "ZoneId",
    "RegionName",
    "ip_prefix",
    "ipv6_prefix",
    "region",
    "service",
};

// The fourth element of arn:aws:ec2:REGION:ACCOUNT:subnet/ID.
std::string_view arn_region(std::string_view arn) {
  for (int i = 0; i < 3; ++i) {
    const auto colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return arn.substr(0, arn.find(':'));
}

// What an interface belongs to, in few letters, and which one of them.
std::string interface_label(const JsonItem& item) {
  struct Word {
    std::string_view type, shown;
  };
  constexpr std::array<Word, 7> kShort = {{
      {"natGateway", "nat"},
      {"network_load_balancer", "nlb"},
      {"load_balancer", "alb"},
      {"gateway_load_balancer", "gwlb"},
      {"gateway_load_balancer_endpoint", "gwlbe"},
      {"vpc_endpoint", "vpce"},
      {"transit_gateway", "tgw"},
  }};
  const std::string_view type = item.get("InterfaceType");
  std::string_view what = type == "interface" ? std::string_view() : type;
  for (const Word& w : kShort) {
    if (type == w.type) what = w.shown;
  }
  std::string_view which = tag(item, "Name");
  // A load balancer's interfaces say "ELB net/NAME/ID".
  const std::string_view about = item.get("Description");
  constexpr std::string_view kBalancer = "ELB ";
  if (about.substr(0, kBalancer.size()) == kBalancer) {
    const std::string_view path = about.substr(kBalancer.size());
    const std::string_view application = path_element(path, "app");
    if (!application.empty()) what = "alb";
    if (what.empty()) what = "elb";
    which = application;
    if (which.empty()) which = path_element(path, "net");
    if (which.empty()) which = path;
  }
  if (which.empty()) which = item.get("Attachment.InstanceId");
  if (which.empty()) which = item.get("NetworkInterfaceId");
  return two_words(what, which);
}

// A line without its prefix, for the addresses of an interface or instance.
ImportedLine line_of(const JsonItem& item, std::string_view owner,
                     const std::string& path, ImportContext& to) {
  ImportedLine line;
  const std::string_view name = item.get(path + "AvailabilityZone");
  line.scope = to.scope(item.get("VpcId"));
  line.zone =
      to.zone(item.get(path + "AvailabilityZoneId"), name, owner, line.scope);
  line.region = region_of_aws_name(name);
  return line;
}

void emit_each(const JsonItem& item, const std::string& path,
               const ImportedLine& like, ImportContext& to) {
  item.each(path, [&](const std::string& cidr, std::uint32_t) {
    ImportedLine line = like;
    line.cidr = cidr;
    to.emit(line);
  });
}

void emit_addresses(const JsonItem& item, const std::string& path,
                    const ImportedLine& like, ImportContext& to) {
  for (const char* which :
       {"PrivateIpAddresses[].PrivateIpAddress", "Ipv6Addresses[].Ipv6Address",
        "Ipv4Prefixes[].Ipv4Prefix", "Ipv6Prefixes[].Ipv6Prefix"}) {
    emit_each(item, path + which, like, to);
  }
  ImportedLine everywhere = like;
  everywhere.scope = "*";
  emit_each(item, path + "PrivateIpAddresses[].Association.PublicIp",
            everywhere, to);
}

}  // namespace

std::span<const std::string_view> aws_paths() {
  return kPaths;
}

std::string_view tag(const JsonItem& item, std::string_view key) {
  std::string_view found;
  for (const char* list : {"Tags[]", "TagSet[]"}) {
    item.each(fmt::format("{}.Key", list),
              [&](const std::string& text, std::uint32_t group) {
                if (text != key) return;
                found = item.get(fmt::format("{}.Value", list), group);
              });
  }
  return found;
}

std::string two_words(std::string_view a, std::string_view b) {
  return fmt::format("{}{}{}", a, a.empty() || b.empty() ? "" : " ", b);
}

void import_aws_subnet(const JsonItem& item, ImportContext& to) {
  const std::string_view owner = item.get("OwnerId");
  ImportedLine line = line_of(item, owner, "", to);
  const std::string_view region = arn_region(item.get("SubnetArn"));
  if (!region.empty()) line.region = region;
  line.label = two_words(item.get("SubnetId"), tag(item, "Name"));
  line.kind = "subnet";
  line.source = "aws-subnets";
  emit_each(item, "CidrBlock", line, to);
  item.each("Ipv6CidrBlockAssociationSet[].Ipv6CidrBlock",
            [&](const std::string& cidr, std::uint32_t group) {
              if (item.get("Ipv6CidrBlockAssociationSet[]."
                           "Ipv6CidrBlockState.State",
                           group) != "associated") {
                return;
              }
              line.cidr = cidr;
              to.emit(line);
            });
}

void import_aws_interface(const JsonItem& item, ImportContext& to) {
  ImportedLine line = line_of(item, item.get("OwnerId"), "", to);
  line.label = interface_label(item);
  line.kind = "eni";
  line.source = "aws-enis";
  if (!item.has("PrivateIpAddresses[].PrivateIpAddress")) {
    emit_each(item, "PrivateIpAddress", line, to);
  }
  emit_addresses(item, "", line, to);
}

void import_aws_instance(const JsonItem& item, ImportContext& to) {
  const std::string_view owner = item.get("NetworkInterfaces[].OwnerId");
  ImportedLine line = line_of(item, owner, "Placement.", to);
  line.label = two_words(item.get("InstanceId"), tag(item, "Name"));
  line.kind = "host";
  line.source = "aws-instances";
  if (!item.has("NetworkInterfaces[].PrivateIpAddresses[].PrivateIpAddress")) {
    emit_each(item, "PrivateIpAddress", line, to);
  }
  emit_addresses(item, "NetworkInterfaces[].", line, to);
}

Result<void> import_aws_zone(const JsonItem& item, ImportContext& to) {
  if (!to.has_owner()) {
    return Error{
        "zone names differ by account, and this document does not "
        "say whose these are: add --account ID (or --scope NAME)",
        ErrorKind::usage};
  }
  to.learn({}, to.scope({}), item.get("ZoneName"), item.get("ZoneId"));
  return {};
}

ImportedLine aws_range(const JsonItem& item) {
  ImportedLine line;
  line.cidr = item.get("ip_prefix");
  if (line.cidr.empty()) line.cidr = item.get("ipv6_prefix");
  const std::string_view region = item.get("region");
  if (region != "GLOBAL") line.region = region;
  line.scope = "*";
  line.label = fmt::format("aws:{}", item.get("service"));
  line.kind = "cloud";
  line.source = "aws-ip-ranges";
  return line;
}

}  // namespace netlat
