#include "tools/capture/capture.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <vector>

#include "netlat/base/stop_signal.h"
#include "netlat/report/exit_status.h"
#include "netlat/report/measured_rows.h"
#include "netlat/report/messages.h"
#include "netlat/report/service_json.h"
#include "netlat/report/summary_json.h"
#include "netlat/report/text_analysis.h"
#include "tools/capture/config.h"
#include "tools/common/text_options.h"

namespace netlat {

namespace {

using Clock = std::chrono::steady_clock;
constexpr const char* kTool = "netlat capture";
constexpr Nanos kWait = std::chrono::milliseconds(200);
// Of a thread that others wake.
constexpr Nanos kShortWait = std::chrono::milliseconds(50);
// Who stops this program waits no longer than a second: so long for what the
// rings still hold, for standard output, and for the publishing process.
constexpr std::chrono::milliseconds kRings{300}, kOutput{150}, kPublisher{450};

}  // namespace

Capture::Capture(const CaptureOptions& options, LiveSources& sources,
                 ServiceManager& manager, Crew& crew, Publishing* publishing,
                 std::unique_ptr<CaptureZones> zones)
    : options_(options),
      sources_(sources),
      manager_(manager),
      crew_(crew),
      publishing_(publishing),
      out_(STDOUT_FILENO, options.json),
      outlets_(options, out_, publishing),
      session_(options, sources, outlets_, std::move(zones)) {}

void Capture::say(const std::string& sentence) const {
  if (!options_.quiet) complain(kTool, sentence);
}

bool Capture::usable() const {
  if (publishing_ != nullptr && !publishing_->usable()) return false;
  // With other readers a standard output that is gone is no reason to end.
  return out_.usable() || (publishing_ != nullptr && options_.publishes());
}

int Capture::run() {
  const Clock::time_point began = Clock::now();
  manager_.tell("READY=1");
  measure();
  manager_.tell("STOPPING=1");
  close_workers();
  session_.finish();
  close(began);
  if (publishing_ != nullptr && !publishing_->usable()) {
    complain(kTool, "the publishing process has ended");
    return kExitFailed;
  }
  if (publishing_ != nullptr) publishing_->stop(kPublisher);
  if (!out_.error()) return kExitDone;
  complain(kTool, out_.error()->message);
  return kExitFailed;
}

// A single worker's turns are taken by this thread, others' by the crew.
void Capture::measure() {
  std::vector<Worker*> workers;
  for (std::size_t i = 0; i < session_.workers(); ++i) {
    workers.push_back(&session_.worker(i));
  }
  crew_.begin(workers);
  while (!stop_asked() && usable()) {
    if (crew_.empty()) {
      workers[0]->turn(kWait);
    } else {
      session_.wait(kShortWait);
    }
    session_.tick();
    tend();
  }
}

// What came before the signal is still on its way through the rings.
void Capture::close_workers() {
  if (crew_.empty()) return session_.worker(0).close(kRings);
  crew_.ask_to_close(kRings);
  while (!crew_.closed()) {
    session_.wait(kShortWait);
    session_.tick();
  }
  crew_.join();
}

// Until all packets are labelled with the new map.
void Capture::await_obedience() {
  constexpr auto kPatience = std::chrono::seconds(1);
  const Clock::time_point enough = Clock::now() + kPatience;
  if (crew_.empty()) session_.worker(0).turn(Nanos{0});
  for (session_.tick(); !session_.obeyed() && Clock::now() < enough;
       session_.tick()) {
    session_.wait(kShortWait);
  }
}

void Capture::tend() {
  for (const std::string& sentence : sources_.tend()) say(sentence);
  manager_.tend();
  if (take_request(SIGUSR2)) {
    if (options_.recorder.directory.empty()) {
      say("there is no flight recorder to write; start with --recorder");
    }
    session_.record("asked for by SIGUSR2");
  }
  if (take_request(SIGHUP)) {
    if (publishing_ != nullptr) {
      manager_.tell("RELOADING=1");
      publishing_->ask_reload();
    } else {
      say("there is no configuration to read again");
    }
  }
  if (publishing_ == nullptr) return;
  if (const auto reloaded = publishing_->take_reloaded()) {
    take_reloaded(*reloaded);
    manager_.tell("READY=1");
  }
  if (publishing_->take_request()) {
    session_.record("asked for by a reader of the socket");
  }
}

void Capture::take_reloaded(const Reloaded& reloaded) {
  const auto keep = [&](const std::string& why) {
    complain(kTool, why + "; all stays as it was");
  };
  if (!reloaded.problem.empty()) return keep(reloaded.problem);
  const auto fresh = read_config_again(options_, reloaded.config);
  if (!fresh) return keep(fresh.error().message);
  auto zones = read_capture_zones(fresh->zones, reloaded.zones);
  if (!zones) return keep(zones.error().message);
  session_.use(std::move(*zones));
  await_obedience();
  session_.use(fresh->objectives);
  const auto waiting = keys_that_wait(options_.config_text, reloaded.config);
  say(waiting.empty() ? "the configuration was read again"
                      : fmt::format("the configuration was read again; what is "
                                    "new of {} waits for the next start",
                                    fmt::join(waiting, ", ")));
}

void Capture::close(Clock::time_point began) {
  JsonWriter json;
  if (outlets_.records()) {
    const Measurement& m = session_.measurement();
    outlets_.record(capture_line(json, session_.capture()));
    for (const ServiceRow& row : service_rows(m)) {
      outlets_.record(service_line(json, row));
    }
    SummaryRecord summary;
    summary.packets = session_.packets();
    summary.flows = session_.flows();
    summary.elapsed = Clock::now() - began;
    outlets_.record(summary_line(json, summary));
  }
  if (outlets_.text()) outlets_.say(screen());
  out_.drain(kOutput);
  tell_losses();
}

void Capture::tell_losses() {
  if (const std::uint64_t lost = out_.lost() + out_.left(); lost > 0) {
    if (out_.usable()) {
      say(
          fmt::format("{} lines were not written: standard output is read too "
                      "slowly",
                      lost));
    }
  }
  if (publishing_ != nullptr && publishing_->lost() > 0) {
    say(fmt::format("{} records were lost before they could be published",
                    publishing_->lost()));
  }
  if (session_.lost() > 0) {
    say(fmt::format("{} records were lost between threads", session_.lost()));
  }
  if (session_.unread() > 0) {
    say(fmt::format("{} packets came after the last one measured",
                    session_.unread()));
  }
}

// What `netlat analyze` would say of all this.
std::string Capture::screen() {
  AnalysisReport report = measured_report(session_.measurement());
  report.files = {session_.capture()};
  report.vantages = report.files[0].interfaces.size();
  report.filter = options_.live.filter;
  report.worst = session_.worst().sorted();
  report.ranked = session_.worst().seen();
  rank_services(report.services, SortKey::p99);
  return (options_.quiet || !options_.lines ? "" : "\n") +
         text_analysis(report, style_of({}), options_.rows());
}

}  // namespace netlat
