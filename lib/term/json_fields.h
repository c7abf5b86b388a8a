#pragma once
// Members of a JSON object by name, in time that does not grow with its length
// as long as they are asked for in the order in which they were written.

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace netlat {

class JsonFields {
 public:
  explicit JsonFields(const simdjson::dom::object& object)
      : object_(object), at_(object.begin()) {}

  /// The search goes on behind the member found last, and then from the front.
  std::optional<simdjson::dom::element> find(std::string_view name) const {
    const auto from = at_;
    for (auto i = from; i != object_.end(); ++i) {
      if (i.key_equals(name)) return take(i);
    }
    for (auto i = object_.begin(); i != from; ++i) {
      if (i.key_equals(name)) return take(i);
    }
    return std::nullopt;
  }
  /// False, and `value` as it was, if there is none or one of another kind.
  template <class T>
  bool get(std::string_view name, T& value) const {
    const auto found = find(name);
    return found && found->get(value) == simdjson::SUCCESS;
  }

 private:
  simdjson::dom::element take(simdjson::dom::object::iterator i) const {
    at_ = i;
    ++at_;
    return i.value();
  }

  simdjson::dom::object object_;
  mutable simdjson::dom::object::iterator at_;
};

}  // namespace netlat
