#pragma once
// Text from packets and files, made harmless.
//
// A server name, a DNS name or an interface name is chosen by whoever sent the
// packet.  Put raw on a terminal it can move the cursor, recolour or reorder
// lines, or write the clipboard (escape sequences, C1 controls, bidirectional
// marks).  SafeText is the only form in which such text reaches a terminal, a
// log or a label: printable ASCII stays, every other octet becomes \xNN, and
// the whole is cut at 253 octets of input, the longest DNS name.

#include <string>
#include <string_view>

namespace netlat {

class SafeText {
 public:
  SafeText() = default;
  explicit SafeText(std::string_view untrusted);

  /// Only 0x20 to 0x7e; a literal backslash is doubled.
  const std::string& str() const noexcept { return text_; }
  bool empty() const noexcept { return text_.empty(); }

 private:
  std::string text_;
};

}  // namespace netlat
