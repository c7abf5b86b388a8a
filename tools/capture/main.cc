// netlat capture: what is slow on this host now.

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

#include "netlat/base/own_program.h"
#include "netlat/base/privilege.h"
#include "netlat/base/sandbox.h"
#include "netlat/base/stop_signal.h"
#include "tools/capture/capture.h"
#include "tools/capture/check.h"
#include "tools/common/command_line.h"

namespace netlat {
namespace {

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

Result<std::unique_ptr<LiveSources>> open_sources(
    const CaptureOptions& options) {
  const std::string path = program_beside(kOpener);
  if (path.empty()) {
    return Error{fmt::format("cannot run {}: it has to be beside this program "
                             "or at {}, and executable for you",
                             kOpener, libexec_path(kOpener)),
                 ErrorKind::permission};
  }
  auto opener =
      LiveOpener::start(path, LiveSources::opener_names(options.interfaces));
  if (!opener) return with_remedy(std::move(opener.error()), path);
  auto sources =
      LiveSources::open(options.interfaces, options.live, std::move(*opener));
  if (!sources) return with_remedy(std::move(sources.error()), path);
  return sources;
}

// From here on this process can do little more than read packets and write.
Result<void> confine(const CaptureOptions& options, int channel,
                     const std::vector<int>& outputs) {
  auto lacking = enter_sandbox(Duty::measure, channel, outputs);
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

// The directory of the socket that everybody looks for is made while that is
// still permitted, for whom this process will be.
void make_socket_directory(const CaptureOptions& options) {
  if (options.socket != kDefaultSocket || geteuid() != 0) return;
  const std::string directory =
      options.socket.substr(0, options.socket.rfind('/'));
  const Identity to = unprivileged_identity();
  if (mkdir(directory.c_str(), 0755) == 0) {
    (void)!chown(directory.c_str(), to.uid, to.gid);
  }
}

int run_capture(const CaptureOptions& options) {
  auto zones = checked_zones(options);
  if (!zones) return fail(kTool, zones.error());
  auto sources = open_sources(options);
  if (!sources) return fail(kTool, sources.error());
  tzset();  // reads a file
  ServiceManager manager;
  stop_waiting_on(STDOUT_FILENO);
  make_socket_directory(options);
  if (auto dropped = drop_privileges(Keep::nothing); !dropped) {
    return fail(kTool, dropped.error());
  }
  std::unique_ptr<Publishing> publishing;
  if (options.needs_publisher()) {
    auto started = Publishing::start(options, [&] { sources->reset(); });
    if (!started) return fail(kTool, started.error());
    publishing = std::move(*started);
  }
  std::vector<int> outputs;
  if (publishing) outputs.push_back(publishing->descriptor());
  if (manager.descriptor() >= 0) outputs.push_back(manager.descriptor());
  const int channel = (*sources)->channel();
  // Each thread enters its sandbox by itself: not every kernel could put one
  // around all of them.
  auto crew = Crew::start((*sources)->count(), [&]() -> Result<void> {
    auto entered = enter_sandbox(Duty::measure, channel, outputs);
    if (entered) return {};
    return std::move(entered.error());
  });
  if (!crew) return fail(kTool, crew.error());
  if (auto confined = confine(options, channel, outputs); !confined) {
    return fail(kTool, confined.error());
  }
  catch_signals();
  catch_request(SIGHUP);
  catch_request(SIGUSR2);
  return Capture(options, **sources, manager, **crew, publishing.get(),
                 std::move(*zones))
      .run();
}

int run(int argc, char** argv) {
  auto parsed = parse_capture_options(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  return run_capture(std::get<CaptureOptions>(parsed));
}

}  // namespace
}  // namespace netlat

int main(int argc, char** argv) {
  netlat::begin_tool();
  return netlat::run(argc, argv);
}
