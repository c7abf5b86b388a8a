// netlat analyze: what was slow in these captures, where and why.

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "netlat/base/stop_signal.h"
#include "netlat/report/capture_json.h"
#include "netlat/report/csv.h"
#include "netlat/report/icmp_error_json.h"
#include "netlat/report/measured_rows.h"
#include "netlat/report/service_json.h"
#include "netlat/report/summary_json.h"
#include "netlat/report/text_analysis.h"
#include "netlat/report/zone_csv.h"
#include "tools/analyze/analysis.h"
#include "tools/analyze/intervals.h"
#include "tools/analyze/record_writer.h"
#include "tools/analyze/run_control.h"
#include "tools/common/command_line.h"

namespace netlat {
namespace {

using Clock = std::chrono::steady_clock;
constexpr const char* kTool = "netlat analyze";

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

// The records that come before the connections, then what waited for them.
Result<void> open_records(const Options& options, const Analysis& run,
                          RecordWriter& writer, Output& out) {
  if (options.format == Format::csv) out.append(csv_header());
  if (options.format == Format::json) {
    JsonWriter json;
    for (const CaptureRecord& c : run.captures()) {
      out.append(capture_line(json, c));
    }
  }
  return writer.open();
}

void close_records(const Analysis& run, const Zones* zones,
                   const PacketSource& source, const SummaryRecord& summary,
                   Output& out) {
  const Measurement& measurement = run.measurement();
  JsonWriter json;
  if (zones != nullptr) zones->write(run.captures(), out);
  for (const ServiceRow& row : service_rows(measurement)) {
    out.append(service_line(json, row));
  }
  for (const IcmpErrorRow& row : icmp_error_rows(measurement)) {
    out.append(icmp_error_line(json, row));
  }
  for (const Error& problem : source.problems()) {
    out.append(problem_line(json, problem));
  }
  out.append(summary_line(json, summary));
}

void print_text(const Options& options, AnalysisReport report, Output& out) {
  const TextStyle style = style_of(options.text);
  rank_services(report.services, options.sort);
  out.append(text_analysis(report, style, options.top));
}

// What a person should know about the run itself.
void remark(const Options& options, const Analysis& run,
            const RecordWriter& writer) {
  if (options.quiet) return;
  const FlowTable& flows = run.measurement().flows();
  const FlowLimits defaults;
  if (!options.flow_memory && flows.memory_limit() > defaults.memory) {
    complain(kTool,
             fmt::format("--flow-memory raised from {} MiB to {} MiB",
                         defaults.memory >> 20, flows.memory_limit() >> 20));
  }
  if (writer.late_amendments() > 0) {
    complain(kTool, fmt::format("{} verdicts changed after their segment had "
                                "been written",
                                writer.late_amendments()));
  }
}

int analyze(const Options& options, const Where& where) {
  const Clock::time_point start = Clock::now();
  auto zones = Zones::prepare(options);
  if (!zones) return fail(kTool, zones.error());
  if (options.format == Format::zone_csv && !*zones) {
    return fail(kTool, {"--csv=zones needs a zone map; name one with --zones",
                        ErrorKind::usage});
  }
  auto source = PacketSource::open(options.files);
  if (!source) return fail(kTool, source.error());
  Output out(STDOUT_FILENO);
  RecordWriter writer(options, where, out);
  if (*zones) writer.use(**zones);
  auto prepared = Analysis::prepare(options, **source, writer);
  if (!prepared) return fail(kTool, prepared.error());
  Analysis& run = **prepared;
  std::optional<Intervals> intervals;
  if (options.interval) {
    intervals.emplace(*options.interval, writer,
                      *zones ? &(*zones)->labeler() : nullptr);
    writer.use(*intervals);
    run.use(*intervals);
  }
  writer.name_vantages([&run] { return run.vantage_names(); });
  catch_signals();
  const bool whole = read_all(options, **source, run);

  const auto opened = open_records(options, run, writer, out);
  if (intervals) intervals->no_more_packets();
  run.finish();
  if (intervals) intervals->finish();
  SummaryRecord summary;
  summary.packets = run.packets();
  summary.flows = writer.flows();
  summary.elapsed = Clock::now() - start;
  summary.exit = (*source)->problems().empty() ? kExitDone : kExitFailed;
  if (options.format == Format::json) {
    close_records(run, zones->get(), **source, summary, out);
  } else if (options.format == Format::zone_csv) {
    out.append(zone_csv((*zones)->report()));
  } else if (options.format == Format::text) {
    AnalysisReport report = analysis_report(options, run);
    report.worst = writer.worst().sorted();
    report.ranked = writer.worst().seen();
    report.parted_by_tunnel = writer.parted_halves().by_tunnel();
    report.parted_by_vantage = writer.parted_halves().by_vantage();
    report.interrupted = !whole;
    if (*zones) report.zones = (*zones)->report();
    print_text(options, std::move(report), out);
  }
  const int status = finish(kTool, out, summary.exit);
  if (!options.quiet) complain_all(kTool, (*source)->problems());
  remark(options, run, writer);
  if (!opened) return fail(kTool, opened.error());
  return status;
}

int run(int argc, char** argv) {
  auto parsed = parse_options(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  const Options& options = std::get<Options>(parsed);
  auto where = parse_where(options.where);
  if (!where) return fail(kTool, std::move(where.error()).within("--where"));
  return analyze(options, *where);
}

}  // namespace
}  // namespace netlat

int main(int argc, char** argv) {
  netlat::begin_tool();
  return netlat::run(argc, argv);
}
