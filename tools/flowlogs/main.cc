// netlat flowlogs: what cloud flow logs say of zones, rejects and captures.

#include <fmt/format.h>

#include <chrono>

#include "netlat/base/safe_text.h"
#include "netlat/flowlog/flow_join.h"
#include "netlat/flowlog/log_reader.h"
#include "netlat/flowlog/log_summary.h"
#include "netlat/report/flowlog_report.h"
#include "netlat/report/summary_json.h"
#include "tools/common/command_line.h"
#include "tools/flowlogs/measured.h"
#include "tools/flowlogs/options.h"

namespace netlat {
namespace {

using Clock = std::chrono::steady_clock;

// One pass over the logs feeds both.
class Both final : public LogSink {
 public:
  Both(LogSummary& summary, FlowJoin* join) : summary_(summary), join_(join) {}
  void record(const LogRecord& record) override {
    summary_.record(record);
    if (join_ != nullptr) join_->record(record);
  }

 private:
  LogSummary& summary_;
  FlowJoin* join_;
};

void print_records(const FlowLogReport& report, Output& out) {
  JsonWriter json;
  for (const LogFile& file : report.reader.files()) {
    out.append(flowlog_file_line(json, file));
  }
  for (const PairTotal& pair : report.summary.pairs()) {
    out.append(zone_pair_line(json, report, pair));
  }
  const MeasuredTalkers measured = report.join != nullptr
                                       ? measured_talkers(*report.join)
                                       : MeasuredTalkers();
  for (const Talker* talker : talkers_by_bytes(report.summary)) {
    const auto of = measured.find(talker->key);
    out.append(talker_line(json, report, *talker,
                           of == measured.end() ? nullptr : &of->second));
  }
  if (report.join != nullptr) {
    for (const JoinedFlow& flow : report.join->flows()) {
      out.append(joined_flow_line(json, flow));
    }
  }
  for (const Error& problem : report.reader.problems()) {
    out.append(problem_line(json, problem));
  }
  out.append(flowlog_summary_line(json, report));
}

void remark(const LogReader& reader, bool quiet) {
  complain_all(kTool, reader.problems());
  if (reader.problem_count() > reader.problems().size()) {
    complain(kTool, fmt::format("{} problems in all", reader.problem_count()));
  }
  if (quiet) return;
  for (const LogFile& file : reader.files()) {
    for (const std::string& name : file.unknown_fields) {
      complain(kTool,
               fmt::format("{}: field {} is not known and not used",
                           SafeText(file.path).str(), SafeText(name).str()));
    }
  }
}

int run(const Options& options) {
  const Clock::time_point start = Clock::now();
  auto zones = open_zone_map(kTool, options.zones, options.quiet);
  if (!zones) return fail(kTool, zones.error());
  FlowJoin join;
  auto measured = read_measured(join, options.with);
  if (!measured)
    return fail(kTool, std::move(measured.error()).within("--with"));
  LogSummary summary(zones->map ? &*zones->map : nullptr);
  Both both(summary, options.with.empty() ? nullptr : &join);
  LogReader reader(both);
  if (options.format) {
    if (auto done = reader.set_format(*options.format); !done) {
      return fail(kTool, std::move(done.error()).within("--format"));
    }
  }
  for (const std::string& path : options.files) reader.read(path);
  summary.finish();
  join.finish(summary.places());

  FlowLogReport report{reader, summary};
  if (!options.with.empty()) report.join = &join;
  report.cost_per_gb = options.cost_per_gb;
  report.top = options.top;
  report.elapsed = Clock::now() - start;
  if (!reader.problems().empty()) {
    report.exit = exit_status(reader.problems()[0].kind);
  } else {
    report.exit = *measured;
  }
  Output out(STDOUT_FILENO);
  if (options.json) {
    print_records(report, out);
  } else {
    out.append(text_flowlog(report, style_of(options.text)));
  }
  const int status = finish(kTool, out, report.exit);
  remark(reader, options.quiet);
  return status;
}

}  // namespace
}  // namespace netlat

int main(int argc, char** argv) {
  netlat::begin_tool();
  auto parsed = netlat::parse_options(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  return netlat::run(*std::get_if<netlat::Options>(&parsed));
}
