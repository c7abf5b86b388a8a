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
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "netlat/base/privilege.h"
#include "tests/support/temp_dir.h"

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

using Entering = Result<std::vector<std::string>> (*)();

Result<std::vector<std::string>> to_open() {
  return enter_sandbox(Duty::open, 9);
}
Result<std::vector<std::string>> to_measure() {
  return enter_sandbox(Duty::measure, 9);
}

// 0 if it went as wanted, 1 if not, 2 if there was no sandbox to try.
int in_sandbox(const Row& row, bool refused, Entering enter = to_measure) {
  const pid_t child = fork();
  if (child == 0) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0 ||
        dup2(pair[0], 8) < 0 || dup2(pair[1], 9) < 0) {
      _exit(2);
    }
    if (!drop_privileges(Keep::nothing)) _exit(2);
    const auto entered = enter();
    if (!entered || !entered->empty()) _exit(2);
    // AddressSanitizer's _exit() asks for more than the sandbox grants.
    (void)syscall(SYS_exit_group, (row.act() < 0) == refused ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

// Where a publisher of these tests may write, and where it may not.
const test::TempDir& own() {
  static const test::TempDir directory;
  return directory;
}
const test::TempDir& other() {
  static const test::TempDir directory;
  return directory;
}

long write_in(const test::TempDir& directory) {
  const std::string path = directory.path("x.part");
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd < 0) return -1;
  const std::string whole = directory.path("x");
  if (rename(path.c_str(), whole.c_str()) != 0) return -1;
  return unlink(whole.c_str());
}

Result<std::vector<std::string>> to_publish() {
  return enter_publishing_sandbox({{own().path(), "/nowhere"}, false});
}
Result<std::vector<std::string>> to_publish_and_run() {
  return enter_publishing_sandbox({{}, true});
}

const Row kNotPublishing[] = {
    {"execve", run_program},
    {"write elsewhere", [] { return write_in(other()); }},
    {"make a directory",
     [] { return long{mkdir(own().path("d").c_str(), 0700)}; }},
    {"make a link",
     [] { return long{symlink("/etc", own().path("l").c_str())}; }},
    {"write over a file",
     [] { return long{open(other().path("f").c_str(), O_WRONLY)}; }},
    {"remove a file", [] { return long{unlink(other().path("f").c_str())}; }},
    {"socket packet", [] { return long{socket(AF_PACKET, SOCK_RAW, 0)}; }},
    {"ptrace", [] { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }},
    {"bpf", [] { return syscall(SYS_bpf, BPF_MAP_CREATE, nullptr, 0); }},
};
const Row kPublishing[] = {
    {"write", [] { return write_in(own()); }},
    {"read a file", [] { return long{open("/etc/passwd", O_RDONLY)}; }},
    {"socket inet", [] { return long{socket(AF_INET, SOCK_STREAM, 0)}; }},
};

TEST(Sandbox, OfAPublisherEndsAtItsDirectories) {
  // In the sandbox this is another user, who has to be let in.
  for (const std::string& path :
       {own().path(), other().path(), other().write("f", "")}) {
    ASSERT_EQ(chmod(path.c_str(), 0777), 0);
  }
  for (const Row& row : kNotPublishing) {
    const int outcome = in_sandbox(row, true, to_publish);
    if (outcome == 2) GTEST_SKIP() << "no seccomp or no Landlock here";
    EXPECT_EQ(outcome, 0) << row.name;
  }
  for (const Row& row : kPublishing) {
    EXPECT_EQ(in_sandbox(row, false, to_publish), 0) << row.name;
  }
  EXPECT_EQ(in_sandbox({"write anywhere", [] { return write_in(other()); }},
                       false, to_publish_and_run),
            0);
  EXPECT_EQ(in_sandbox(kNotPublishing[6], true, to_publish_and_run), 0);
}

// Without CAP_NET_RAW even raw sockets are refused, so what is allowed is seen
// by the opener at work (tests/capture, tests/probe).
const Row kNotOpening[] = {
    {"execve", run_program},
    {"connection",
     [] { return long{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}; }},
    {"datagrams",
     [] { return long{socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)}; }},
    {"socket unix", [] { return long{socket(AF_UNIX, SOCK_STREAM, 0)}; }},
    {"connect", [] { return long{connect(8, nullptr, 0)}; }},
    {"read a file", [] { return long{open("/etc/passwd", O_RDONLY)}; }},
    {"write", [] { return write(STDERR_FILENO, "", 0); }},
};

TEST(Sandbox, RefusesWhatOpeningNeverNeeds) {
  for (const Row& row : kNotOpening) {
    const int outcome = in_sandbox(row, true, to_open);
    if (outcome == 2) GTEST_SKIP() << "no seccomp or no Landlock here";
    EXPECT_EQ(outcome, 0) << row.name;
  }
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
