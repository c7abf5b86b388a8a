#pragma once
// One function a document, and the values each reads.

#include <span>
#include <string_view>

#include "lib/zone/import_context.h"
#include "lib/zone/json_item.h"
#include "netlat/base/result.h"

namespace netlat {

/// Paths within an object that the functions below ask for.
std::span<const std::string_view> aws_paths();
std::span<const std::string_view> aws_netperf_paths();
std::span<const std::string_view> gcp_paths();
std::span<const std::string_view> azure_paths();
std::span<const std::string_view> kubernetes_paths();

void import_aws_subnet(const JsonItem& item, ImportContext& to);
void import_aws_interface(const JsonItem& item, ImportContext& to);
void import_aws_instance(const JsonItem& item, ImportContext& to);
/// Fails where nothing tells whose names these are.
Result<void> import_aws_zone(const JsonItem& item, ImportContext& to);
/// One pair of places of get-aws-network-performance-data.
void import_aws_netperf(const JsonItem& item, ImportContext& to);
/// ip-ranges.json: one element of prefixes or ipv6_prefixes.
ImportedLine aws_range(const JsonItem& item);

// The others tell by the item whether it is theirs; false if not.
bool import_gcp(const JsonItem& item, ImportContext& to);
bool import_azure(const JsonItem& item, ImportContext& to);
/// `list` is the kind of the list around it, as far as known: "PodList".
bool import_kubernetes(const JsonItem& item, std::string_view list,
                       ImportContext& to);

/// The value of the tag or label `key`, in arrays of Key and Value.
std::string_view tag(const JsonItem& item, std::string_view key);
/// Both with a blank between, or the one that is not empty.
std::string two_words(std::string_view a, std::string_view b);
/// What follows the last slash.
std::string_view after_last_slash(std::string_view path);
/// The element after `name` in a path: "p" for "projects" in "a/projects/p/b".
std::string_view path_element(std::string_view path, std::string_view name);

}  // namespace netlat
