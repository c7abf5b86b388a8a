// Any octets are read as a flow log: no crash, every line is accounted for,
// what is said is printable, and no byte of a record is lost in the sums.

#include <cstdint>

#include "netlat/flowlog/log_reader.h"
#include "netlat/flowlog/log_summary.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace netlat;
  LogSummary summary(nullptr, 4);
  LogReader reader(summary);
  reader.read_text("log", {data, size});
  summary.finish();
  const LineCounts& n = reader.files().at(0).counts;
  require(n.lines == n.headers + n.blank + n.records + n.no_data + n.skip_data +
                         n.refused_total());
  for (const Error& problem : reader.problems()) {
    for (const char c : problem.message) require(c >= 0x20 && c <= 0x7e);
  }
  std::uint64_t bytes = 0;
  for (const PairTotal& pair : summary.pairs()) bytes += pair.traffic.bytes;
  require(bytes == summary.total().bytes);
  return 0;
}
