#include "tools/top/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

#include "netlat/base/own_program.h"
#include "netlat/base/safe_text.h"
#include "netlat/report/exit_status.h"

namespace netlat {

namespace {

Error failed(const std::string& what) {
  return {fmt::format("{}: {}", what, std::strerror(errno))};
}

// In the new process: from here on only system calls.
[[noreturn]] void become_tool(const std::string& path,
                              std::vector<char*>& words, pid_t parent,
                              int output, int errors) {
  // Ctrl-C is for the screen, which then ends this process.
  (void)setpgid(0, 0);
  (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(0);
  (void)dup2(output, STDOUT_FILENO);
  (void)dup2(errors, STDERR_FILENO);
  execv(path.c_str(), words.data());
  _exit(127);
}

// What its exit status says, which is to be ours.
ErrorKind kind_of(int status) {
  return status == kExitUsage       ? ErrorKind::usage
         : status == kExitForbidden ? ErrorKind::permission
                                    : ErrorKind::input;
}

// Lines as one, without the `name` that each begins with.
std::string one_line(std::string_view lines, std::string_view name) {
  std::string out;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (line.empty()) continue;
    if (!out.empty()) out += "; ";
    const bool named = line.starts_with(name);
    out += SafeText(line.substr(named ? name.size() : 0)).str();
  }
  return out;
}

}  // namespace

Result<Child> Child::start(const std::string& tool,
                           const std::vector<std::string>& arguments) {
  const std::string name = "netlat-" + tool;
  const std::string path = program_beside(name);
  if (path.empty()) {
    return Error{
        fmt::format("cannot run {}: it has to be beside this program", name)};
  }
  std::array<int, 2> output{}, errors{};
  if (pipe2(output.data(), O_CLOEXEC) != 0) return failed("pipe");
  if (pipe2(errors.data(), O_CLOEXEC) != 0) {
    close(output[0]);
    close(output[1]);
    return failed("pipe");
  }
  std::vector<std::string> text = {name};
  text.insert(text.end(), arguments.begin(), arguments.end());
  std::vector<char*> words;
  words.reserve(text.size() + 1);
  for (std::string& word : text) words.push_back(word.data());
  words.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) become_tool(path, words, parent, output[1], errors[1]);
  close(output[1]);
  close(errors[1]);
  if (pid < 0) {
    close(output[0]);
    close(errors[0]);
    return failed("fork");
  }
  return Child(tool, pid, output[0], errors[0]);
}

Child::Child(Child&& other) noexcept
    : tool_(std::move(other.tool_)),
      pid_(std::exchange(other.pid_, -1)),
      output_(std::exchange(other.output_, -1)),
      errors_(std::exchange(other.errors_, -1)),
      status_(other.status_) {}

void Child::stop() {
  if (pid_ > 0) (void)kill(pid_, SIGTERM);
}

Result<void> Child::record() {
  if (pid_ > 0 && kill(pid_, SIGUSR2) == 0) return {};
  return failed("the capture cannot be asked");
}

void Child::wait() {
  if (pid_ <= 0) return;
  using Clock = std::chrono::steady_clock;
  const auto enough = Clock::now() + std::chrono::seconds(1);
  bool killed = false;
  while (true) {
    const pid_t ended = waitpid(pid_, &status_, killed ? 0 : WNOHANG);
    if (ended == pid_ || (ended < 0 && errno != EINTR)) break;
    if (!killed && Clock::now() > enough) {
      (void)kill(pid_, SIGKILL);
      killed = true;
    }
    if (!killed) (void)poll(nullptr, 0, 5);
  }
  pid_ = -1;
}

Child::~Child() {
  if (output_ >= 0) close(output_);
  if (errors_ >= 0) close(errors_);
  stop();
  wait();
}

// Standard error until its end, or until it has been silent for too long: the
// child may have left one of its own behind that holds it open.
std::string Child::last_words() const {
  std::string said;
  std::array<char, 4096> piece{};
  // Bounded: what does not fit a screen is not read.
  constexpr std::size_t kEnough = 2000;
  constexpr int kSilentMs = 1500;
  while (said.size() < kEnough) {
    pollfd errors{errors_, POLLIN, 0};
    const int ready = poll(&errors, 1, kSilentMs);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) break;
    const ssize_t n = read(errors_, piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    said.append(piece.data(), static_cast<std::size_t>(n));
  }
  return said;
}

std::optional<Error> Child::failure() {
  // Whatever it still has to write must not hold up its end.
  close(std::exchange(output_, -1));
  std::string said = last_words();
  wait();
  if (WIFEXITED(status_) && WEXITSTATUS(status_) == 0) return std::nullopt;
  if (WIFSIGNALED(status_)) {
    return Error{fmt::format("netlat {} was killed by signal {}", tool_,
                             WTERMSIG(status_))};
  }
  const int status = WEXITSTATUS(status_);
  std::string why = one_line(said, fmt::format("netlat {}: ", tool_));
  if (why.empty()) {
    why = fmt::format("netlat {} ended with status {}", tool_, status);
  }
  return Error{std::move(why), kind_of(status)};
}

}  // namespace netlat
