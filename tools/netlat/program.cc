#include "tools/netlat/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "netlat/base/own_program.h"

namespace netlat {

namespace {

std::string first_existing(const std::vector<std::string>& paths, int mode) {
  for (const std::string& path : paths) {
    if (access(path.c_str(), mode) == 0) return path;
  }
  return {};
}

// Exit status, or -1 if it could not be run or died.
int run_quietly(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& w : words) {
    arguments.push_back(const_cast<char*>(w.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
                                   O_WRONLY, 0);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, arguments[0], &actions, nullptr,
                                  arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return -1;
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

std::string find_tool(const std::string& tool) {
  return tool.empty() ? std::string() : program_beside("netlat-" + tool);
}

void become(const std::string& path, char* const* arguments) {
  execv(path.c_str(), arguments);
}

bool show_manual(const std::string& page) {
  const std::string own = own_directory();
  const std::string file = first_existing(
      {own + "../share/man/man1/" + page + ".1", own + "../man/" + page + ".1"},
      R_OK);
  if (!file.empty() && run_quietly({"man", "-l", file}) == 0) return true;
  return run_quietly({"man", page}) == 0;
}

}  // namespace netlat
