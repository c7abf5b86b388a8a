#pragma once
// One object of a JSON document, reduced to the values somebody wants.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace netlat {

/// Values by their path within the object, as "Tags[].Key".  Each has a group:
/// the index in the outermost array on its path, so that a tag's key finds its
/// value.
class JsonItem {
 public:
  struct Value {
    std::string_view path;  // in the table of wanted paths
    std::uint32_t group;
    std::string text;
  };

  /// "Subnets[]", "items[]"; empty for the document itself.
  std::string_view where() const { return where_; }
  const std::vector<Value>& values() const { return values_; }

  bool has(std::string_view path) const { return find(path) != nullptr; }
  /// The first value there; empty if there is none.
  std::string_view get(std::string_view path) const {
    const Value* value = find(path);
    return value == nullptr ? std::string_view() : value->text;
  }
  std::string_view get(std::string_view path, std::uint32_t group) const {
    for (const Value& v : values_) {
      if (v.group == group && v.path == path) return v.text;
    }
    return {};
  }
  template <class Each>
  void each(std::string_view path, const Each& call) const {
    for (const Value& v : values_) {
      if (v.path == path) call(v.text, v.group);
    }
  }

  void open(std::string_view where) {
    where_ = where;
    values_.clear();
    size_ = 0;
  }
  void add(std::string_view path, std::uint32_t group, std::string text) {
    size_ += text.size() + sizeof(Value);
    values_.push_back({path, group, std::move(text)});
  }
  /// Octets kept, about.
  std::size_t size() const { return size_; }

 private:
  const Value* find(std::string_view path) const {
    for (const Value& v : values_) {
      if (v.path == path) return &v;
    }
    return nullptr;
  }

  std::string_view where_;
  std::vector<Value> values_;
  std::size_t size_ = 0;
};

}  // namespace netlat
