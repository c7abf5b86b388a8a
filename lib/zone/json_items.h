#pragma once
// The objects of a stream of JSON documents, one at a time.
//
// Problem: a list of all pods is hundreds of megabytes, of which a zone map
// needs one part in a thousand; a tree of it takes ten times its size.
// Method: events of a streaming parser, with the path of the place they come
// from.  Paths that are wanted are kept until the object they belong to ends.
// Bounds: memory is one object's wanted values, its path and the longest
// single token, each limited; 256 levels of nesting.  Cost: a hash of the path
// for each value.

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "lib/zone/json_item.h"
#include "netlat/base/result.h"

namespace netlat {

/// What to look for: objects at these paths, and values within them.
struct JsonWanted {
  std::vector<std::string_view> objects;        // "Subnets[]", "[]"
  std::unordered_set<std::string_view> values;  // "Tags[].Key"
};

class JsonSink {
 public:
  virtual ~JsonSink() = default;
  /// A list that may have wanted objects begins; it may be empty.
  virtual void list() = 0;
  /// An object ends.  `document` is what is known of the one around it.
  virtual Result<void> item(const JsonItem& item, const JsonItem& document) = 0;
  /// A document ends; `document` has the values of its own.
  virtual Result<void> end(const JsonItem& document) = 0;
};

/// Puts octets at the front of the space given and says how many; 0 at the
/// end.
using JsonInput = std::function<Result<std::size_t>(char*, std::size_t)>;

/// Reads to the end.  Fails at what is not JSON: "byte 120, in items[3].spec:
/// what is wrong".
Result<void> read_json_items(const JsonInput& input, const JsonWanted& wanted,
                             JsonSink& sink);

}  // namespace netlat
