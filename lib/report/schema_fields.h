#pragma once
// Rows of schema tables that recur.

#include "lib/report/schema_tables.h"
#include "netlat/measure/vocabulary.h"

namespace netlat::schema {

constexpr SchemaField nullable(std::string_view path, Kind kind,
                               std::string_view about) {
  return {path, kind, about, true};
}
constexpr SchemaField optional(std::string_view path, Kind kind,
                               std::string_view about,
                               std::span<const std::string_view> words = {}) {
  return {path, kind, about, kind != Kind::word, words, Group::none, false};
}
template <class E>
constexpr SchemaField one_of(std::string_view path, std::string_view about,
                             bool null = false) {
  return {path, Kind::word, about, null, Words<E>::list};
}
constexpr SchemaField object(std::string_view path, Group group,
                             std::string_view about) {
  return {path, Kind::group, about, false, {}, group};
}

}  // namespace netlat::schema
