// netlat capture: what is slow on this host now.

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <ctime>

#include "netlat/base/own_program.h"
#include "netlat/base/privilege.h"
#include "netlat/base/sandbox.h"
#include "netlat/base/stop_signal.h"
#include "netlat/report/measured_rows.h"
#include "netlat/report/service_json.h"
#include "netlat/report/summary_json.h"
#include "netlat/report/text_analysis.h"
#include "tools/capture/session.h"
#include "tools/common/command_line.h"
#include "tools/common/text_options.h"

namespace netlat {
namespace {

using Clock = std::chrono::steady_clock;
constexpr const char* kTool = "netlat capture";
constexpr const char* kOpener = "netlat-opener";

// What to do about a permission depends on whether the opener may be run.
Error with_remedy(Error error, const std::string& opener) {
  if (error.kind == ErrorKind::permission) {
    error.message +=
        " (that takes CAP_NET_RAW); run with sudo, or once: sudo "
        "setcap cap_net_raw+ep " +
        opener;
  }
  return error;
}

Result<std::unique_ptr<LiveSource>> open_source(const CaptureOptions& options) {
  const std::string path = program_beside(kOpener);
  if (path.empty()) {
    return Error{fmt::format("cannot run {}: it has to be beside this program "
                             "or at {}, and executable for you",
                             kOpener, libexec_path(kOpener)),
                 ErrorKind::permission};
  }
  auto opener =
      LiveOpener::start(path, LiveSource::opener_names(options.interfaces));
  if (!opener) return with_remedy(std::move(opener.error()), path);
  auto source =
      LiveSource::open(options.interfaces, options.live, std::move(*opener));
  if (!source) return with_remedy(std::move(source.error()), path);
  return source;
}

// From here on this process can do little more than read packets and write.
Result<void> confine(const CaptureOptions& options, const LiveSource& source) {
  tzset();  // reads a file
  if (auto dropped = drop_privileges(Keep::nothing); !dropped) return dropped;
  auto lacking = enter_sandbox(Duty::measure, source.channel());
  if (!lacking) return std::move(lacking.error());
  for (const std::string& what : *lacking) {
    if (options.strict) {
      return Error{what + ", and --sandbox=strict asks for it",
                   ErrorKind::permission};
    }
    if (!options.quiet) {
      complain(kTool, what + ": packets are parsed with less protection");
    }
  }
  return {};
}

void tell_news(const CaptureOptions& options, LiveSource& source) {
  for (const std::string& sentence : source.take_news()) {
    if (!options.quiet) complain(kTool, sentence);
  }
}

void measure(const CaptureOptions& options, LiveSource& source,
             Session& session, const Output& out) {
  std::array<PacketView, kBatch> batch;
  constexpr Nanos kWait = std::chrono::milliseconds(200);
  while (!stop_asked() && out.usable()) {
    const std::size_t n = source.read(batch, kWait);
    if (n > 0) session.feed({batch.data(), n});
    session.tick();
    tell_news(options, source);
  }
  // What came before the signal is still on its way through the rings.
  const Clock::time_point enough =
      Clock::now() + std::chrono::milliseconds(400);
  while (Clock::now() < enough) {
    const std::size_t n = source.read(batch, kWait);
    if (n == 0) break;
    session.feed({batch.data(), n});
  }
}

void close_records(const CaptureOptions& options, const Session& session,
                   const SummaryRecord& summary, Output& out) {
  JsonWriter json;
  if (options.json) {
    out.append(capture_line(json, session.capture()));
    for (const ServiceRow& row : service_rows(session.measurement())) {
      out.append(service_line(json, row));
    }
    out.append(summary_line(json, summary));
    return;
  }
  AnalysisReport report = measured_report(session.measurement());
  report.files = {session.capture()};
  report.vantages = report.files[0].interfaces.size();
  report.filter = options.live.filter;
  report.worst = session.worst().sorted();
  report.ranked = session.worst().seen();
  const TextStyle style = style_of({});
  rank_services(report.services, SortKey::p99);
  if (!options.quiet) out.append("\n");
  out.append(text_analysis(report, style, options.rows()));
}

int capture(const CaptureOptions& options) {
  const Clock::time_point start = Clock::now();
  auto source = open_source(options);
  if (!source) return fail(kTool, source.error());
  if (auto confined = confine(options, **source); !confined) {
    return fail(kTool, confined.error());
  }
  catch_signals();
  Output out(STDOUT_FILENO);
  Session session(options, **source, out);
  measure(options, **source, session, out);
  session.finish();
  SummaryRecord summary;
  summary.packets = session.packets();
  summary.flows = session.flows();
  summary.elapsed = Clock::now() - start;
  close_records(options, session, summary, out);
  const int status = finish(kTool, out, kExitDone);
  if (session.unread() > 0 && !options.quiet) {
    complain(kTool, fmt::format("{} packets came after the last one measured",
                                session.unread()));
  }
  return status;
}

int run(int argc, char** argv) {
  auto parsed = parse_capture_options(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  return capture(std::get<CaptureOptions>(parsed));
}

}  // namespace
}  // namespace netlat

int main(int argc, char** argv) {
  netlat::begin_tool();
  return netlat::run(argc, argv);
}
