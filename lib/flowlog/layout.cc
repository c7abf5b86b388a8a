#include "lib/flowlog/layout.h"

#include <algorithm>
#include <utility>

#include "lib/flowlog/tokens.h"

namespace netlat {

namespace {

using enum LogField;

struct Name {
  std::string_view text;
  LogField field;
};

// Versions 2 to 10 of VPC flow logs, then what transit gateways add.
constexpr Name kNames[] = {
    {"version", ignored},
    {"account-id", ignored},
    {"interface-id", interface_id},
    {"srcaddr", srcaddr},
    {"dstaddr", dstaddr},
    {"srcport", srcport},
    {"dstport", dstport},
    {"protocol", protocol},
    {"packets", packets},
    {"bytes", bytes},
    {"start", start},
    {"end", end},
    {"action", action},
    {"log-status", log_status},
    {"vpc-id", ignored},
    {"subnet-id", ignored},
    {"instance-id", ignored},
    {"tcp-flags", tcp_flags},
    {"type", ignored},
    {"pkt-srcaddr", pkt_srcaddr},
    {"pkt-dstaddr", pkt_dstaddr},
    {"region", ignored},
    {"az-id", az_id},
    {"sublocation-type", ignored},
    {"sublocation-id", ignored},
    {"pkt-src-aws-service", ignored},
    {"pkt-dst-aws-service", ignored},
    {"flow-direction", flow_direction},
    {"traffic-path", traffic_path},
    {"ecs-cluster-arn", ignored},
    {"ecs-cluster-name", ignored},
    {"ecs-container-instance-arn", ignored},
    {"ecs-container-instance-id", ignored},
    {"ecs-container-id", ignored},
    {"ecs-second-container-id", ignored},
    {"ecs-service-name", ignored},
    {"ecs-task-definition-arn", ignored},
    {"ecs-task-arn", ignored},
    {"ecs-task-id", ignored},
    {"reject-reason", reject_reason},
    {"resource-id", ignored},
    {"encryption-status", ignored},
    {"resource-type", resource_type},
    {"tgw-id", ignored},
    {"tgw-attachment-id", tgw_attachment_id},
    {"tgw-src-vpc-account-id", ignored},
    {"tgw-dst-vpc-account-id", ignored},
    {"tgw-src-vpc-id", ignored},
    {"tgw-dst-vpc-id", ignored},
    {"tgw-src-subnet-id", ignored},
    {"tgw-dst-subnet-id", ignored},
    {"tgw-src-eni", ignored},
    {"tgw-dst-eni", ignored},
    {"tgw-src-az-id", src_az_id},
    {"tgw-dst-az-id", dst_az_id},
    {"tgw-pair-attachment-id", ignored},
    {"packets-lost-no-route", lost_packets},
    {"packets-lost-blackhole", lost_packets},
    {"packets-lost-mtu-exceeded", lost_packets},
    {"packets-lost-ttl-expired", lost_packets},
};

constexpr std::string_view kDefaultVpc =
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol "
    "packets bytes start end action log-status";
constexpr std::string_view kDefaultGateway =
    "version resource-type account-id tgw-id tgw-attachment-id "
    "tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id "
    "tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni "
    "tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr "
    "dstaddr srcport dstport protocol packets bytes start end log-status type "
    "packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded "
    "packets-lost-ttl-expired tcp-flags region flow-direction "
    "pkt-src-aws-service pkt-dst-aws-service";

// The name without ${ }, quotes and the underscores of a database.
std::string plain_name(std::string_view token) {
  if (token.starts_with("${") && token.ends_with('}')) {
    token = token.substr(2, token.size() - 3);
  } else if (token.size() > 1 && token.starts_with('"') &&
             token.ends_with('"')) {
    token = token.substr(1, token.size() - 2);
  }
  std::string name(token);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

const Name* find(const std::string& name) {
  const auto* const found = std::find_if(
      std::begin(kNames), std::end(kNames),
      [&](const Name& candidate) { return candidate.text == name; });
  return found == std::end(kNames) ? nullptr : found;
}

// Calls `each` with every name of a header until it returns false.
template <class Each>
void each_name(std::string_view line, const Each& each) {
  const auto all = [&](auto tokens) {
    while (const auto token = tokens.next()) {
      if (!each(*token)) return;
    }
  };
  if (line.find(',') == std::string_view::npos) {
    all(Tokens(line));
  } else {
    all(CsvTokens(line));
  }
}

std::size_t token_count(std::string_view line) {
  Tokens tokens(line);
  std::size_t n = 0;
  while (tokens.next()) ++n;
  return n;
}

}  // namespace

bool Layout::usable() const {
  const auto has = [this](LogField field) {
    return std::find(columns.begin(), columns.end(), field) != columns.end();
  };
  return (has(srcaddr) || has(pkt_srcaddr)) &&
         (has(dstaddr) || has(pkt_dstaddr));
}

Layout layout_of(std::string_view names) {
  Layout layout;
  layout.commas = names.find(',') != std::string_view::npos;
  each_name(names, [&](std::string_view token) {
    const Name* const known = find(plain_name(token));
    layout.columns.push_back(known != nullptr ? known->field : ignored);
    if (known == nullptr) layout.unknown.emplace_back(token);
    return true;
  });
  return layout;
}

bool is_header(std::string_view line) {
  int known = 0;
  each_name(line, [&](std::string_view token) {
    if (find(plain_name(token)) != nullptr) ++known;
    return known < 3;
  });
  return known == 3;
}

std::optional<Layout> default_layout(std::string_view line) {
  Tokens tokens(line);
  const auto first = tokens.next();
  const auto second = tokens.next();
  if (!first || !second) return std::nullopt;
  const std::size_t n = token_count(line);
  for (const auto& names : {kDefaultVpc, kDefaultGateway}) {
    const bool gateway = names == kDefaultGateway;
    if (gateway != (*second == "TransitGateway")) continue;
    if (!gateway && *first != "2") continue;
    // A line of another length is a damaged one, not another format.
    if (n <= token_count(names)) return layout_of(names);
  }
  return std::nullopt;
}

}  // namespace netlat
