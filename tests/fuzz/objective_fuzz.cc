// Any text as an objective: an error with a column inside it, or an objective
// whose numbers keep their promises.

#include <cstdlib>
#include <string>

#include "netlat/measure/objective.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data,
                                      std::size_t size) {
  const std::string text(data, data + size);
  const auto read = netlat::parse_objective(text);
  if (!read) {
    for (const char c : read.error().message) {
      if (c < 0x20 || c > 0x7e) std::abort();
    }
    return 0;
  }
  const bool sound = read->budget() > 0 && read->budget() < 1 &&
                     read->least >= 1 && read->burn > 0 &&
                     read->short_window() <= read->window &&
                     read->window >= std::chrono::seconds(1);
  if (!sound) std::abort();
  const auto again = netlat::parse_objective(read->text);
  if (!again || again->limit != read->limit) std::abort();
  return 0;
}
