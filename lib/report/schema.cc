// Problem: a schema beside the code drifts, and its nesting hides what matters:
// the path, the kind and the meaning of each value.  Method: tables of paths in
// the order of the record; nesting follows from the dots.  Groups of keys that
// recur (quantiles, a direction) are tables of their own, inserted by name.

#include "netlat/report/schema.h"

#include <span>

#include "lib/report/schema_tables.h"

namespace netlat {

namespace {

std::string quoted(std::string_view text) {
  return '"' + std::string(text) + '"';
}

// Text of an indented JSON object under construction.
class Object {
 public:
  explicit Object(std::size_t depth) : depth_(depth) {}

  void add(std::string_view key, const std::string& value) {
    text_ += text_.empty() ? "\n" : ",\n";
    text_ += indent(depth_ + 1);
    text_ += quoted(key) + ": " + value;
  }
  std::string close() const {
    return "{" + text_ + '\n' + indent(depth_) + '}';
  }

 private:
  static std::string indent(std::size_t depth) {
    return std::string(2 * depth, ' ');
  }
  std::size_t depth_;
  std::string text_;
};

std::string list_of(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view w : words) {
    out += (out.empty() ? "" : ", ") + quoted(w);
  }
  return '[' + out + ']';
}

std::string object_of(std::span<const SchemaField> fields,
                      std::string_view record, std::string_view about,
                      std::size_t depth, bool nullable = false);

std::string array_of(const std::string& items, const SchemaField& field,
                     std::size_t depth) {
  Object o(depth);
  o.add("description", quoted(field.about));
  o.add("type", quoted("array"));
  o.add("items", items);
  return o.close();
}

// One value that is not an object.
std::string value_of(const SchemaField& field, std::size_t depth) {
  if (field.kind == Kind::group) {
    return object_of(group_fields(field.group), {}, field.about, depth,
                     field.nullable);
  }
  if (field.kind == Kind::list_of_text) {
    return array_of("{\"type\": \"string\"}", field, depth);
  }
  if (field.kind == Kind::list_of_counts) {
    return array_of("{\"type\": \"integer\", \"minimum\": 0}", field, depth);
  }
  if (field.kind == Kind::list_of_groups) {
    return array_of(object_of(group_fields(field.group), {}, {}, depth + 1),
                    field, depth);
  }
  Object o(depth);
  o.add("description", quoted(field.about));
  const std::string null = field.nullable ? ", \"null\"]" : "]";
  switch (field.kind) {
    case Kind::count:
      o.add("type", "[\"integer\"" + null);
      o.add("minimum", "0");
      break;
    case Kind::integer:
      o.add("type", "[\"integer\"" + null);
      break;
    case Kind::real:
      o.add("type", "[\"number\"" + null);
      o.add("minimum", "0");
      break;
    case Kind::flag:
      o.add("type", "[\"boolean\"" + null);
      break;
    case Kind::word: {
      std::string words = list_of(field.words);
      if (field.nullable) words.insert(words.size() - 1, ", null");
      o.add("enum", words);
      break;
    }
    default:
      o.add("type", "[\"string\"" + null);
  }
  return o.close();
}

std::string_view first_part(std::string_view path) {
  return path.substr(0, path.find('.'));
}

// The fields below `parent`, with that part of the path taken off.
std::vector<SchemaField> below(std::span<const SchemaField> fields,
                               std::string_view parent) {
  std::vector<SchemaField> inner;
  for (SchemaField f : fields) {
    if (first_part(f.path) != parent || f.path == parent) continue;
    f.path.remove_prefix(parent.size() + 1);
    inner.push_back(f);
  }
  return inner;
}

std::string object_of(std::span<const SchemaField> fields,
                      std::string_view record, std::string_view about,
                      std::size_t depth, bool nullable) {
  Object properties(depth + 1);
  std::vector<std::string_view> names, required;
  if (!record.empty()) {
    properties.add("type", "{\"const\": " + quoted(record) + '}');
    properties.add("v", "{\"const\": 1}");
    required = names = {"type", "v"};
  }
  for (const SchemaField& f : fields) {
    const std::string_view name = first_part(f.path);
    if (!names.empty() && names.back() == name) continue;
    names.push_back(name);
    if (f.always || f.path != name) required.push_back(name);
    properties.add(name, f.path == name ? value_of(f, depth + 2)
                                        : object_of(below(fields, name), {}, {},
                                                    depth + 2));
  }
  Object o(depth);
  if (depth == 0) {
    o.add("$schema", quoted("https://json-schema.org/draft/2020-12/schema"));
    o.add("title", quoted(record));
  }
  if (!about.empty()) o.add("description", quoted(about));
  o.add("type", nullable ? "[\"object\", \"null\"]" : "[\"object\"]");
  o.add("properties", properties.close());
  o.add("required", list_of(required));
  return o.close();
}

}  // namespace

std::vector<std::string_view> schema_types() {
  std::vector<std::string_view> types;
  for (const RecordSchema& r : record_schemas()) types.push_back(r.type);
  return types;
}

std::optional<std::string> json_schema(std::string_view type) {
  for (const RecordSchema& r : record_schemas()) {
    if (r.type == type) return object_of(r.fields, r.type, r.about, 0) + '\n';
  }
  return std::nullopt;
}

}  // namespace netlat
