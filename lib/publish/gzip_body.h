#pragma once
// gzip (RFC 1952) of a whole body.

#include <optional>
#include <string>
#include <string_view>

namespace netlat {

/// Quick rather than small; nothing if there is no memory for it.
std::optional<std::string> gzip_body(std::string_view body);

}  // namespace netlat
