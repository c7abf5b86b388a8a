#pragma once
// The JSON Schema of each record, from one table.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace netlat {

/// The record types that have a schema, in the order they are printed.
std::vector<std::string_view> schema_types();

/// A JSON Schema (draft 2020-12), indented, with its newline; nullopt for a
/// type that does not exist.  Keys that every record of the type has are
/// required; others may be added.
std::optional<std::string> json_schema(std::string_view type);

}  // namespace netlat
