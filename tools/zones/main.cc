// netlat zones: which availability zone an address is in.

#include <csignal>
#include <type_traits>

#include "netlat/report/terminal.h"
#include "tools/zones/commands.h"

namespace netlat {
namespace {

int run(int argc, char** argv) {
  auto parsed = parse_options(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  const ZonesCommand& command = std::get<ZonesCommand>(parsed);
  if (const auto* o = std::get_if<ShowOptions>(&command)) return show(*o);
  if (const auto* o = std::get_if<LintOptions>(&command)) return lint(*o);
  return import(std::get<ImportOptions>(command));
}

}  // namespace
}  // namespace netlat

int main(int argc, char** argv) {
  netlat::open_standard_descriptors();
  (void)std::signal(SIGPIPE, SIG_IGN);
  return netlat::run(argc, argv);
}
