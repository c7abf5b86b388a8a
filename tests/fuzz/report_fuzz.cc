// Every text of packet or file origin, through every renderer: what comes out
// is printable ASCII and line ends, whatever went in.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "netlat/report/capture_json.h"
#include "netlat/report/csv.h"
#include "netlat/report/exchange_json.h"
#include "netlat/report/flow_json.h"
#include "netlat/report/messages.h"
#include "netlat/report/service_json.h"
#include "netlat/report/text_analysis.h"

namespace {

void require_printable(std::string_view text) {
  for (const char c : text) {
    if ((c < 0x20 || c > 0x7e) && c != '\n') std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 2) return 0;
  const std::size_t width = 80 + data[0];
  std::string text(size - 1, '\0');
  for (std::size_t i = 1; i < size; ++i) {
    text[i - 1] = static_cast<char>(data[i]);
  }

  netlat::CaptureRecord capture;
  capture.source = text;
  capture.interfaces = {{0, text, 1, 0}};
  capture.packets = capture.account.tcp = 1;
  netlat::JsonWriter json;
  require_printable(netlat::capture_line(json, capture));

  netlat::FlowRecord flow;
  flow.tls.emplace().sni = netlat::SafeText(text);
  netlat::FlowJson flow_json;
  require_printable(flow_json.line(flow, text));
  netlat::ExchangeRecord exchange;
  exchange.name = text;
  netlat::ExchangeJson exchange_json;
  require_printable(exchange_json.line(exchange, text));
  require_printable(netlat::one_line(text));
  std::string row;
  netlat::csv_line(flow, {}, row);
  if (row.find('\r') != row.size() - 2) std::abort();

  netlat::AnalysisReport report;
  report.files = {capture};
  report.filter = report.where = text;
  report.services.resize(1);
  report.services[0].name = netlat::SafeText(text);
  require_printable(netlat::service_line(json, report.services[0]));
  report.worst = {flow};
  require_printable(netlat::text_analysis(report, {width, false}, 5));
  return 0;
}
