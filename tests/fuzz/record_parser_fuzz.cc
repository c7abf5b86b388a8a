// Records of whoever writes them, to a screen: no crash, and nothing on it
// that a terminal would obey.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "netlat/term/dashboard.h"
#include "netlat/term/record_parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace netlat;
  const std::string_view text(
      static_cast<const char*>(static_cast<const void*>(data)), size);
  RecordParser parser;
  Model model;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    auto record = parser.parse(text.substr(start, end - start));
    if (record) model.apply(std::move(*record));
    start = end + 1;
  }
  Dashboard dashboard;
  for (const char view : {'1', '2', '3', '5', '6'}) {
    (void)dashboard.press(static_cast<KeyCode>(view));
    constexpr GridSize kSize{80, 24};
    dashboard.show(model.snapshot(dashboard.query(kSize)));
    for (const char c : dashboard.draw(kSize, ascii_glyphs()).text()) {
      if ((c < 0x20 || c > 0x7e) && c != '\n') std::abort();
    }
  }
  return 0;
}
