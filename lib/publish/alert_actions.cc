#include "netlat/publish/alert_actions.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <thread>
#include <utility>

namespace netlat {

namespace {

// The record as a file from its beginning; -1 if there is none.
int as_input(const std::string& record) {
  const int fd = memfd_create("alert", MFD_CLOEXEC);
  if (fd < 0) return -1;
  const ssize_t n = write(fd, record.data(), record.size());
  if (n != static_cast<ssize_t>(record.size()) || lseek(fd, 0, SEEK_SET) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

// 0 or an errno.  The program leads a process group, so that its children end
// with it, and gets signals as a shell would give them.
int spawn(const std::vector<std::string>& command, int input, pid_t& child) {
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
                                   O_WRONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t usual;
  sigemptyset(&usual);
  for (const int s : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR2}) {
    sigaddset(&usual, s);
  }
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  const int failed = posix_spawnp(&child, words[0], &actions, &attributes,
                                  words.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failed;
}

}  // namespace

std::string command_problem(const std::vector<std::string>& command) {
  const std::string& name = command.front();
  const auto runs = [](const std::string& path) {
    struct stat what {};
    if (stat(path.c_str(), &what) != 0) return false;
    if (!S_ISREG(what.st_mode)) errno = EACCES;
    return S_ISREG(what.st_mode) && access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != name.npos) {
    return runs(name) ? "" : name + ": " + std::strerror(errno);
  }
  const char* const all = std::getenv("PATH");
  std::istringstream directories(all == nullptr ? "/bin:/usr/bin" : all);
  for (std::string directory; std::getline(directories, directory, ':');) {
    if (runs((directory.empty() ? "." : directory) + '/' + name)) return {};
  }
  return "no program " + name + " in PATH";
}

void AlertActions::kill_all() {
  for (const Running& r : running_) kill(-r.process, SIGKILL);
}

bool AlertActions::busy() const {
  return static_cast<int>(running_.size()) + said_->posting >= kMostAtOnce;
}

void AlertActions::tell(std::string_view objective, std::string_view record) {
  if (!plan_.any()) return;
  told_[std::string(objective)].waiting = record;
  tend();
}

void AlertActions::tend() {
  reap();
  const Clock::time_point now = Clock::now();
  for (auto& [objective, told] : told_) {
    if (told.waiting.empty() || busy()) continue;
    if (told.ever && now - told.last < plan_.every) continue;
    told.ever = true;
    told.last = now;
    begin(std::exchange(told.waiting, {}));
  }
}

void AlertActions::begin(const std::string& record) {
  if (!plan_.command.empty()) run_command(record);
  if (!plan_.webhook.empty()) post(record);
}

void AlertActions::run_command(const std::string& record) {
  const int input = as_input(record);
  pid_t child = 0;
  const int failed = input < 0 ? errno : spawn(plan_.command, input, child);
  if (input >= 0) close(input);
  if (failed != 0) {
    news_.push_back(fmt::format("alert command {}: {}", plan_.command[0],
                                std::strerror(failed)));
    return;
  }
  running_.push_back({child, Clock::now() + plan_.timeout, false});
}

void AlertActions::post(const std::string& record) {
  ++said_->posting;
  // The thread has all it needs: it may be left behind.
  std::thread([said = said_, url = plan_.webhook, record,
               timeout = plan_.timeout] {
    std::string problem = post_json(url, record, timeout);
    if (!problem.empty()) {
      const std::lock_guard lock(said->mutex);
      said->news.push_back("alert webhook " + problem);
    }
    --said->posting;
  }).detach();
}

void AlertActions::reap() {
  for (auto at = running_.begin(); at != running_.end();) {
    int status = 0;
    const pid_t done = waitpid(at->process, &status, WNOHANG);
    if (done == 0) {
      if (!at->killed && Clock::now() >= at->until) {
        kill(-at->process, SIGKILL);
        at->killed = true;
      }
      ++at;
      continue;
    }
    if (at->killed) {
      news_.push_back(fmt::format("alert command: killed after {} s",
                                  plan_.timeout.count()));
    } else if (status != 0) {
      news_.push_back(
          WIFEXITED(status)
              ? fmt::format("alert command: exit status {}",
                            WEXITSTATUS(status))
              : fmt::format("alert command: signal {}", WTERMSIG(status)));
    }
    at = running_.erase(at);
  }
}

void AlertActions::finish(std::chrono::milliseconds patience) {
  const Clock::time_point end = Clock::now() + patience;
  for (auto& [objective, told] : told_) told.ever = false;
  tend();
  while ((!running_.empty() || said_->posting > 0) && Clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    tend();
  }
  kill_all();
}

std::vector<std::string> AlertActions::take_news() {
  const std::lock_guard lock(said_->mutex);
  for (std::string& sentence : said_->news) {
    news_.push_back(std::move(sentence));
  }
  said_->news.clear();
  return std::exchange(news_, {});
}

}  // namespace netlat
