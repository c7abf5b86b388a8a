// netlat zones: which availability zone an address is in.

#include <variant>

#include "tools/common/command_line.h"
#include "tools/zones/commands.h"

namespace netlat {
namespace {

int run(int argc, char** argv) {
  auto parsed = parse_options(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  const auto& command = *std::get_if<ZonesCommand>(&parsed);
  if (const auto* o = std::get_if<ShowOptions>(&command)) return show(*o);
  if (const auto* o = std::get_if<LintOptions>(&command)) return lint(*o);
  return import(*std::get_if<ImportOptions>(&command));
}

}  // namespace
}  // namespace netlat

int main(int argc, char** argv) {
  netlat::begin_tool();
  return netlat::run(argc, argv);
}
