#include "tools/flowlogs/measured.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "netlat/base/own_program.h"
#include "netlat/base/safe_text.h"
#include "netlat/report/exit_status.h"
#include "tools/flowlogs/options.h"

extern char** environ;

namespace netlat {

namespace {

constexpr const char* kAnalyze = "netlat-analyze";

// A process whose standard output is a pipe to read from.
class Analysis {
 public:
  Analysis() = default;
  Analysis(const Analysis&) = delete;
  Analysis& operator=(const Analysis&) = delete;
  ~Analysis() { (void)wait(); }

  Result<void> start(const std::string& capture) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return failure("pipe");
    read_end_ = ends[0];
    posix_spawn_file_actions_t actions;
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::string program = program_beside(kAnalyze);
    if (program.empty()) program = kAnalyze;
    std::string words[] = {program, "--json", "-q", "--", capture};
    char* arguments[] = {words[0].data(), words[1].data(), words[2].data(),
                         words[3].data(), words[4].data(), nullptr};
    const int done = posix_spawnp(&process_, program.c_str(), &actions, nullptr,
                                  arguments, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(ends[1]);
    errno = done;
    return done == 0 ? Result<void>() : failure(program);
  }
  std::string path() const { return fmt::format("/dev/fd/{}", read_end_); }

  // Ends the reading; the exit status, 3 for a process that was killed.
  int wait() {
    if (read_end_ >= 0) (void)close(read_end_);
    read_end_ = -1;
    int status = 0;
    if (process_ > 0 && waitpid(process_, &status, 0) == process_) {
      status = WIFEXITED(status) ? WEXITSTATUS(status) : kExitFailed;
    }
    process_ = -1;
    return status;
  }

 private:
  static Error failure(const std::string& what) {
    return {SafeText(what).str() + ": " + std::strerror(errno),
            ErrorKind::input};
  }

  int read_end_ = -1;
  pid_t process_ = -1;
};

Result<int> analyze(FlowJoin& join, const std::string& path) {
  Analysis analysis;
  if (auto started = analysis.start(path); !started) {
    return std::move(started.error());
  }
  const auto read = join.read(analysis.path());
  const int status = analysis.wait();
  if (read && *read) return status;
  return Error{
      fmt::format("{}: no connection was measured in it; it is to be a capture "
                  "with TCP or UDP flows, or flow records of netlat analyze "
                  "--json",
                  SafeText(path).str())};
}

}  // namespace

Result<int> read_measured(FlowJoin& join,
                          const std::vector<std::string>& paths) {
  int status = kExitDone;
  for (const std::string& path : paths) {
    auto read = join.read(path);
    if (!read) return std::move(read.error());
    if (*read) continue;
    if (path == "-") {
      return Error{"standard input: has to be flow records; name a capture",
                   ErrorKind::usage};
    }
    auto done = analyze(join, path);
    if (!done) return done;
    if (*done != kExitDone) status = *done;
  }
  return status;
}

}  // namespace netlat
