// netlat analyze: what was slow in these captures, where and why.

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>

#include "netlat/report/capture_json.h"
#include "netlat/report/csv.h"
#include "netlat/report/messages.h"
#include "netlat/report/output.h"
#include "netlat/report/summary_json.h"
#include "netlat/report/text_analysis.h"
#include "tools/analyze/analysis.h"
#include "tools/analyze/run_control.h"

namespace netlat {
namespace {

using Clock = std::chrono::steady_clock;
constexpr const char* kTool = "netlat analyze";
constexpr int kDamaged = 3;

int fail(const Error& error) {
  complain(kTool, error.message);
  return exit_status(error.kind);
}

// Reads to the end, or until a signal asks to stop; true if it was the end.
bool read_all(const Options& options, PacketSource& source, Analysis& run) {
  Progress progress(options.quiet);
  std::array<PacketView, kBatch> batch;
  while (!stop_asked()) {
    const std::size_t n = source.read(batch);
    if (n == 0) return !stop_asked();
    run.feed({batch.data(), n});
    progress.tick(run.packets(), source.bytes_read(), source.bytes_total());
  }
  return false;
}

void print_json(const Analysis& run, const PacketSource& source,
                const SummaryRecord& summary, Output& out) {
  JsonWriter json;
  for (const CaptureRecord& c : run.captures()) {
    out.append(capture_line(json, c));
  }
  for (const Error& problem : source.problems()) {
    out.append(problem_line(json, problem));
  }
  out.append(summary_line(json, summary));
}

void print_text(const Options& options, AnalysisReport report, Output& out) {
  TextStyle style;
  style.width = options.width.value_or(terminal_width(STDOUT_FILENO));
  style.colour = colour_wanted(STDOUT_FILENO, options.colour);
  rank_services(report.services, options.sort);
  rank_flows(report.worst, options.sort);
  out.append(text_analysis(report, style, options.top));
}

int analyze(const Options& options) {
  const Clock::time_point start = Clock::now();
  auto source = PacketSource::open(options.files);
  if (!source) return fail(source.error());
  auto run = Analysis::prepare(options, **source);
  if (!run) return fail(run.error());
  catch_signals();
  const bool whole = read_all(options, **source, *run);

  SummaryRecord summary;
  summary.packets = run->packets();
  summary.elapsed = Clock::now() - start;
  summary.exit = (*source)->problems().empty() ? 0 : kDamaged;
  Output out(STDOUT_FILENO);
  switch (options.format) {
    case Format::json:
      print_json(*run, **source, summary, out);
      break;
    case Format::csv:
      out.append(csv_header());
      break;
    case Format::text: {
      AnalysisReport report = run->report();
      report.interrupted = !whole;
      print_text(options, std::move(report), out);
      break;
    }
  }
  out.flush();
  if (!options.quiet) complain_all(kTool, (*source)->problems());
  if (out.error()) {
    complain(kTool, out.error()->message);
    return kDamaged;
  }
  return summary.exit;
}

int run(int argc, char** argv) {
  auto parsed = parse_options(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  return analyze(std::get<Options>(parsed));
}

}  // namespace
}  // namespace netlat

int main(int argc, char** argv) {
  netlat::open_standard_descriptors();
  (void)std::signal(SIGPIPE, SIG_IGN);
  return netlat::run(argc, argv);
}
