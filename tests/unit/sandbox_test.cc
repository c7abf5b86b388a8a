// What a process that measures can no longer do.  Each row is tried by a child
// that has given up its privileges and entered the sandbox.

#include "netlat/base/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

#include "netlat/base/privilege.h"

namespace netlat {
namespace {

using Act = long (*)();

struct Row {
  const char* name;
  Act act;  // -1 if refused
};

long run_program() {
  char name[] = "/bin/true";
  char* const words[] = {name, nullptr};
  return execv(name, words);
}
long write_to_socket() {
  int pair[2] = {8, 9};  // made by the child before
  return write(pair[0], "x", 1);
}
long protect_executable() {
  static char page[8192];
  return mprotect(page, 4096, PROT_READ | PROT_EXEC);
}
long map_executable() {
  void* const p = mmap(nullptr, 4096, PROT_READ | PROT_EXEC,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return p == MAP_FAILED ? -1 : 0;
}

const Row kForbidden[] = {
    {"execve", run_program},
    {"fork", [] { return static_cast<long>(fork()); }},
    {"socket packet", [] { return long{socket(AF_PACKET, SOCK_RAW, 0)}; }},
    {"socket inet", [] { return long{socket(AF_INET, SOCK_STREAM, 0)}; }},
    {"socket unix", [] { return long{socket(AF_UNIX, SOCK_STREAM, 0)}; }},
    {"bind", [] { return long{bind(8, nullptr, 0)}; }},
    {"connect", [] { return long{connect(8, nullptr, 0)}; }},
    {"send on another descriptor", [] { return send(8, "x", 1, 0); }},
    {"write to another descriptor", write_to_socket},
    {"read a secret", [] { return long{open("/etc/shadow", O_RDONLY)}; }},
    {"read a file", [] { return long{open("/etc/passwd", O_RDONLY)}; }},
    {"make a file",
     [] { return long{open("/tmp/netlat-x", O_WRONLY | O_CREAT, 0600)}; }},
    {"remove a file", [] { return long{unlink("/tmp/netlat-x")}; }},
    {"ptrace", [] { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }},
    {"kill another", [] { return long{kill(getppid(), SIGKILL)}; }},
    {"mount", [] { return long{mount("x", "/", "tmpfs", 0, nullptr)}; }},
    {"become root", [] { return long{setuid(0)}; }},
    {"user namespace", [] { return long{unshare(CLONE_NEWUSER)}; }},
    {"executable memory", map_executable},
    {"memory made executable", protect_executable},
    {"bpf", [] { return syscall(SYS_bpf, BPF_MAP_CREATE, nullptr, 0); }},
    {"perf",
     [] { return syscall(SYS_perf_event_open, nullptr, 0, -1, -1, 0); }},
    {"io_uring", [] { return syscall(SYS_io_uring_setup, 1, nullptr); }},
    {"keyring", [] { return syscall(SYS_keyctl, 0, 0, 0); }},
    {"copy a descriptor", [] { return long{dup2(8, 1)}; }},
};

const Row kAllowed[] = {
    {"memory",
     [] {
       void* const p = mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       return p == MAP_FAILED ? -1L : munmap(p, 1 << 20);
     }},
    {"time",
     [] {
       timespec now{};
       return syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
     }},
    {"write", [] { return write(STDERR_FILENO, "", 0); }},
    {"message to the opener",
     [] {
       char octet = 'x';
       iovec piece{&octet, 1};
       msghdr header{};
       header.msg_iov = &piece;
       header.msg_iovlen = 1;
       return sendmsg(9, &header, MSG_DONTWAIT);
     }},
};

// 0 if it went as wanted, 1 if not, 2 if there was no sandbox to try.
int in_sandbox(const Row& row, bool refused) {
  const pid_t child = fork();
  if (child == 0) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0 ||
        dup2(pair[0], 8) < 0 || dup2(pair[1], 9) < 0) {
      _exit(2);
    }
    if (!drop_privileges(Keep::nothing)) _exit(2);
    const auto entered = enter_sandbox(Duty::measure, 9);
    if (!entered || !entered->empty()) _exit(2);
    _exit((row.act() < 0) == refused ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

TEST(Sandbox, RefusesWhatMeasuringNeverNeeds) {
  for (const Row& row : kForbidden) {
    const int outcome = in_sandbox(row, true);
    if (outcome == 2) GTEST_SKIP() << "no seccomp or no Landlock here";
    EXPECT_EQ(outcome, 0) << row.name;
  }
}

TEST(Sandbox, AllowsWhatMeasuringNeeds) {
  for (const Row& row : kAllowed) {
    const int outcome = in_sandbox(row, false);
    if (outcome == 2) GTEST_SKIP() << "no seccomp or no Landlock here";
    EXPECT_EQ(outcome, 0) << row.name;
  }
}

}  // namespace
}  // namespace netlat
