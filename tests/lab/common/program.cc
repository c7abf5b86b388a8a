#include "tests/lab/common/program.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>

#include "tests/lab/common/script.h"

namespace lab::load {
namespace {

constexpr int kWrong = 2;

struct Arguments {
  std::string config;
  std::string log;
  std::string control;
};

std::optional<Arguments> parse_arguments(int argc, char** argv) {
  Arguments out;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    std::string* const value = word == "--log"       ? &out.log
                               : word == "--control" ? &out.control
                                                     : nullptr;
    if (value != nullptr && i + 1 < argc)
      *value = argv[++i];
    else if (value == nullptr && !word.starts_with('-') && out.config.empty())
      out.config = word;
    else
      return std::nullopt;
  }
  if (out.config.empty() || out.log.empty()) return std::nullopt;
  return out;
}

// Before any thread starts, so that no other takes the signals.
Fd take_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

void allow_many_sockets() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int complain(const ProgramSpec& spec, std::string_view fault) {
  fmt::print(stderr, "{}: {}\n", spec.name, fault);
  return kWrong;
}

int act(const ProgramSpec& spec, const Arguments& arguments,
        const Fd& signals) {
  Loop loop;
  TableLog requests(arguments.log, spec.log_header);
  ConnectionLog connections(arguments.log + ".connections");
  if (!requests.good() || !connections.good())
    return complain(spec,
                    fmt::format("{}: {}", arguments.log, std::strerror(errno)));
  int status = 0;
  loop.watch(signals.get(), EPOLLIN, [&](uint32_t) { loop.stop(); });
  const auto actor = spec.make_actor({loop, requests, connections});
  const ReadLine read = [&](Line& line, bool apply) {
    actor->read(line, apply);
  };
  Script script(loop, read, [&](const std::string& fault) {
    status = complain(spec, fault);
    loop.stop();
  });
  Control control(loop, read);
  std::string fault = script.load(arguments.config);
  if (fault.empty() && !arguments.control.empty())
    fault = control.open(arguments.control);
  if (fault.empty()) fault = script.run();
  if (!fault.empty()) return complain(spec, fault);
  fmt::print("ready\n");
  std::fflush(stdout);
  loop.run();
  return status;
}

}  // namespace

int run_program(int argc, char** argv, const ProgramSpec& spec) {
  const auto arguments = parse_arguments(argc, argv);
  if (!arguments) {
    fmt::print(stderr, "usage: {} CONFIG --log FILE [--control SOCKET]\n",
               spec.name);
    return kWrong;
  }
  const Fd signals = take_signals();
  allow_many_sockets();
  return act(spec, *arguments, signals);
}

}  // namespace lab::load
