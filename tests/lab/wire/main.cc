// lab-wire: joins network namespaces and does to packets what it is told.

#include <fmt/format.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/lab/wire/usage.h"
#include "tests/lab/wire/wire.h"

namespace {

using lab::Topology;
using netlat::Error;
using netlat::ErrorKind;
using netlat::Result;

constexpr int kPriority = 50;

struct Arguments {
  std::string config;
  std::string control;
  std::string log;
  std::string pcap;
};

Result<Arguments> parse_arguments(const std::vector<std::string_view>& words) {
  Arguments out;
  for (size_t i = 0; i < words.size(); ++i) {
    std::string* const value = words[i] == "--control" ? &out.control
                               : words[i] == "--log"   ? &out.log
                               : words[i] == "--pcap"  ? &out.pcap
                                                       : nullptr;
    if (value != nullptr && i + 1 < words.size())
      *value = words[++i];
    else if (value == nullptr && !words[i].starts_with("-") &&
             out.config.empty())
      out.config = words[i];
    else
      return Error{"'" + std::string(words[i]) + "' is not understood",
                   ErrorKind::usage};
  }
  if (out.config.empty() || out.control.empty() || out.log.empty())
    return Error{"CONFIG, --control and --log are needed", ErrorKind::usage};
  return out;
}

Result<Topology> read_config(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Error{path + ": cannot be read", ErrorKind::usage};
  Topology topology;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const auto words = lab::split_words(line);
    if (words.empty()) continue;
    const std::string where = path + ":" + std::to_string(number);
    auto command = lab::parse_command(words);
    if (!command) return std::move(command.error()).within(where);
    if (auto done = lab::configure(topology, *command); !done)
      return std::move(done.error()).within(where);
  }
  if (auto complete = topology.check(); !complete)
    return std::move(complete.error()).within(path);
  return topology;
}

// Blocked in every thread started later, so that only the descriptor sees
// them.
int stop_descriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

// As exact as the machine allows; what it refuses costs precision, not
// truth, since lateness is measured.
void become_punctual() {
  prctl(PR_SET_TIMERSLACK, 1UL);
  sched_param priority{};
  priority.sched_priority = kPriority;
  if (sched_setscheduler(0, SCHED_FIFO, &priority) != 0)
    std::perror("lab-wire: runs without real-time priority");
  if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0)
    std::perror("lab-wire: runs without locked memory");
}

int complain(const Error& error, int status) {
  fmt::print(stderr, "lab-wire: {}\n", error.message);
  if (error.kind == ErrorKind::usage &&
      error.message.find(':') == std::string::npos)
    fmt::print(stderr, "{}", lab::kUsage);
  return status;
}

int serve(Topology topology, const Arguments& arguments) {
  const int stop_fd = stop_descriptor();
  auto control = lab::Control::open(arguments.control);
  if (!control) return complain(control.error(), 1);
  auto log = lab::LogWriter::open(arguments.log, arguments.pcap);
  if (!log) return complain(log.error(), 1);
  auto wire = lab::Wire::open(std::move(topology), *control, **log, stop_fd);
  if (!wire) return complain(wire.error(), 1);
  become_punctual();
  fmt::print("ready\n");
  std::fflush(stdout);
  (*wire)->run();
  const auto finished = (*log)->finish();
  fmt::print("{}\n", (*wire)->statistics(false));
  if (!finished) return complain(finished.error(), 1);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  if (words.size() == 1 && words[0] == "--help") {
    fmt::print("{}{}", lab::kUsage, lab::kHelp);
    return 0;
  }
  const auto arguments = parse_arguments(words);
  if (!arguments) return complain(arguments.error(), 2);
  auto topology = read_config(arguments->config);
  if (!topology) return complain(topology.error(), 2);
  return serve(*std::move(topology), *arguments);
}
