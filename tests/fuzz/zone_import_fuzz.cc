// Any text is imported: no crash, whatever comes out is a map that can be read
// without a problem, and every message is printable.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "netlat/zone/zone_import.h"
#include "netlat/zone/zone_reader.h"
#include "tests/fuzz/require.h"

namespace {

void require_printable(const std::string& text) {
  for (const char c : text) require(c >= 0x20 && c <= 0x7e);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(data, data + size);
  netlat::ZoneImportOptions options;
  if (size % 2 == 1) options.scope = "s";
  if (size % 3 == 1) options.account = "a";
  std::string map = netlat::ZoneImport::header();
  netlat::ZoneImport import(options, nullptr, [&](std::string_view line) {
    require_printable(std::string(line));
    map += std::string(line) + '\n';
  });
  const auto done = import.read_text("x", text);
  if (!done) require_printable(done.error().message);
  import.finish();
  for (const std::string& warning : import.warnings()) {
    require_printable(warning);
  }
  netlat::ZoneMapOptions lenient;
  lenient.keep_going = true;
  const auto reading = netlat::read_zone_map_text("map", map, lenient);
  // Two documents may contradict each other in what a name means.
  for (const netlat::Error& problem : reading.problems) {
    require(problem.message.find("has another id") != std::string::npos);
  }
  return 0;
}
