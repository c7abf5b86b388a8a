#pragma once
// Members of a JSON object by name, in time that does not grow with its length
// as long as they are asked for in the order in which they were written.

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "netlat/base/time.h"
#include "netlat/measure/vocabulary.h"
#include "netlat/term/records.h"

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

// Members of a kind; what is missing or of another kind is absent.

/// A member that is an object itself.
std::optional<JsonFields> member(const JsonFields& object,
                                 std::string_view key);
/// 0 if it is absent.
std::uint64_t count(const JsonFields& object, std::string_view key);
/// At most what fits.
std::uint32_t small_count(const JsonFields& object, std::string_view key);
std::optional<std::int64_t> integer(const JsonFields& object,
                                    std::string_view key);
/// Made safe to show; empty if it is absent.
std::string text(const JsonFields& object, std::string_view key);
bool flag(const JsonFields& object, std::string_view key);
std::optional<Nanos> duration(const JsonFields& object, std::string_view key);
std::optional<Stamp> time(const JsonFields& object, std::string_view key);
/// As records carry them; none if there are no samples.
BriefTimes quantiles(const JsonFields& object, std::string_view key);

template <class E>
E one_of(const JsonFields& object, std::string_view key, E otherwise) {
  std::string_view value;
  if (!object.get(key, value)) return otherwise;
  const auto& list = Words<E>::list;
  const auto found = std::find(list.begin(), list.end(), value);
  return found == list.end() ? otherwise : static_cast<E>(found - list.begin());
}

}  // namespace netlat
