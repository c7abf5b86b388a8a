// Any text is read as a filter, evaluated, and typed key by key: no crash, a
// problem lies inside the text, and negating a term never makes both true.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "netlat/measure/where.h"
#include "tests/fuzz/require.h"

namespace {

netlat::FlowRecord record() {
  netlat::FlowRecord flow;
  flow.client = *netlat::IpAddress::parse("10.0.1.17");
  flow.server = *netlat::IpAddress::parse("2001:db8::1");
  flow.server_port = 443;
  flow.server_rtt.network.n = 5;
  flow.c2s.segments = 10;
  flow.tls.emplace();
  flow.tls->sni = netlat::SafeText("api.example");
  return flow;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const netlat::FlowRecord flow = record();
  const std::string text(data, data + size);
  const auto reading = netlat::read_where(text);
  const netlat::WhereLabels labels{.client_zone = "a",
                                   .server_zone = "b",
                                   .service = "orders",
                                   .state = {},
                                   .path = "C",
                                   .connections = 3};
  reading.where.matches(flow, labels);
  if (reading.problem) {
    require(reading.problem->column >= 1 &&
            reading.problem->column <= size + 1);
    require(!reading.problem->expected.empty());
  }
  require(bool(netlat::parse_where(text)) == !reading.problem);

  // One term and its opposite.
  if (!text.empty() && text[0] != '!' &&
      text.find_first_of(" \t") == std::string::npos) {
    const auto opposite = netlat::read_where("!" + text);
    require(opposite.problem.has_value() == reading.problem.has_value());
    if (!reading.problem) {
      require(!(reading.where.matches(flow, labels) &&
                opposite.where.matches(flow, labels)));
    }
  }
  return 0;
}
