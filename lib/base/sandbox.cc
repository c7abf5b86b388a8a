#include "netlat/base/sandbox.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <initializer_list>

#include "lib/base/landlock.h"

namespace netlat {

namespace {

// A list of what is allowed; the first failure is kept.
class Allowed {
 public:
  Allowed() : list_(seccomp_init(SCMP_ACT_ERRNO(EPERM))) {}
  ~Allowed() { seccomp_release(list_); }
  Allowed(const Allowed&) = delete;
  Allowed& operator=(const Allowed&) = delete;

  void calls(std::initializer_list<int> names) {
    for (const int name : names) call(name, {});
  }
  void call(int name, std::initializer_list<scmp_arg_cmp> arguments) {
    const int result = seccomp_rule_add_array(
        list_, SCMP_ACT_ALLOW, name, static_cast<unsigned>(arguments.size()),
        arguments.begin());
    if (error_ == 0) error_ = result;
  }
  /// 0, or a negative errno.
  int load() { return error_ != 0 ? error_ : seccomp_load(list_); }

 private:
  scmp_filter_ctx list_;
  int error_ = 0;
};

scmp_arg_cmp equals(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp at_most(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_LE, value, 0};
}
// Has none of the bits.
scmp_arg_cmp without(unsigned argument, std::uint64_t bits) {
  return {argument, SCMP_CMP_MASKED_EQ, bits, 0};
}

void allow_to_end(Allowed& allowed) {
  allowed.calls({SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(close),
                 SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall)});
}

void allow_messages(Allowed& allowed, int channel) {
  const auto fd = static_cast<std::uint64_t>(channel);
  allowed.call(SCMP_SYS(sendmsg), {equals(0, fd)});
  allowed.call(SCMP_SYS(recvmsg), {equals(0, fd)});
}

void allow_memory(Allowed& allowed) {
  allowed.calls(
      {SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise)});
  allowed.call(SCMP_SYS(mmap), {without(2, PROT_EXEC)});
  allowed.call(SCMP_SYS(mprotect), {without(2, PROT_EXEC)});
}

void allow_measuring(Allowed& allowed, std::span<const int> outputs) {
  allow_memory(allowed);
  allowed.calls({SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(read),
                 SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(clock_gettime),
                 SCMP_SYS(clock_nanosleep), SCMP_SYS(gettimeofday),
                 SCMP_SYS(futex), SCMP_SYS(getrandom), SCMP_SYS(getsockopt),
                 SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
                 SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(fstat)});
  // What is written to a packet socket is sent.
  allowed.call(SCMP_SYS(write), {at_most(0, STDERR_FILENO)});
  allowed.call(SCMP_SYS(writev), {at_most(0, STDERR_FILENO)});
  for (const int fd : outputs) {
    allowed.call(SCMP_SYS(write), {equals(0, static_cast<std::uint64_t>(fd))});
  }
  allowed.calls({SCMP_SYS(wait4)});
  // fstat() in disguise.
  allowed.call(SCMP_SYS(newfstatat), {equals(3, AT_EMPTY_PATH)});
  for (const std::uint64_t question :
       {std::uint64_t{TIOCGWINSZ}, std::uint64_t{TCGETS},
        std::uint64_t{SIOCGIFNAME}}) {
    allowed.call(SCMP_SYS(ioctl), {equals(1, question)});
  }
  // abort() on a broken invariant: only to itself.
  allowed.call(SCMP_SYS(tgkill),
               {equals(0, static_cast<std::uint64_t>(getpid()))});
}

// What no publisher needs: other processes, the kernel, packets.
int refuse_control() {
  const scmp_filter_ctx list = seccomp_init(SCMP_ACT_ALLOW);
  int error = 0;
  for (const int name : {SCMP_SYS(ptrace),
                         SCMP_SYS(process_vm_readv),
                         SCMP_SYS(process_vm_writev),
                         SCMP_SYS(kcmp),
                         SCMP_SYS(pidfd_getfd),
                         SCMP_SYS(bpf),
                         SCMP_SYS(perf_event_open),
                         SCMP_SYS(userfaultfd),
                         SCMP_SYS(io_uring_setup),
                         SCMP_SYS(keyctl),
                         SCMP_SYS(add_key),
                         SCMP_SYS(request_key),
                         SCMP_SYS(mount),
                         SCMP_SYS(umount2),
                         SCMP_SYS(pivot_root),
                         SCMP_SYS(chroot),
                         SCMP_SYS(unshare),
                         SCMP_SYS(setns),
                         SCMP_SYS(init_module),
                         SCMP_SYS(finit_module),
                         SCMP_SYS(kexec_load),
                         SCMP_SYS(reboot),
                         SCMP_SYS(swapon),
                         SCMP_SYS(acct),
                         SCMP_SYS(settimeofday),
                         SCMP_SYS(clock_settime)}) {
    const int result =
        seccomp_rule_add_array(list, SCMP_ACT_ERRNO(EPERM), name, 0, nullptr);
    if (error == 0) error = result;
  }
  const scmp_arg_cmp packets = {0, SCMP_CMP_EQ, AF_PACKET, 0};
  const int result = seccomp_rule_add_array(list, SCMP_ACT_ERRNO(EPERM),
                                            SCMP_SYS(socket), 1, &packets);
  if (error == 0) error = result;
  if (error == 0) error = seccomp_load(list);
  seccomp_release(list);
  return error;
}

void allow_opening(Allowed& allowed) {
  allowed.call(SCMP_SYS(socket), {equals(0, AF_PACKET)});
  for (const std::uint64_t family :
       {std::uint64_t{AF_INET}, std::uint64_t{AF_INET6}}) {
    allowed.call(
        SCMP_SYS(socket),
        {equals(0, family), equals(1, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC),
         equals(2, IPPROTO_TCP)});
  }
  allowed.calls({SCMP_SYS(setsockopt), SCMP_SYS(getsockopt), SCMP_SYS(bind)});
  allowed.call(SCMP_SYS(ioctl), {equals(1, SIOCGIFINDEX)});
}

int confine(Duty duty, int channel, std::span<const int> outputs) {
  Allowed allowed;
  allow_to_end(allowed);
  allow_messages(allowed, channel);
  if (duty == Duty::measure) {
    allow_measuring(allowed, outputs);
  } else {
    allow_opening(allowed);
  }
  return allowed.load();
}

// The sentence that goes with what seccomp gave, if any.
Result<void> judge_seccomp(int error, std::vector<std::string>& lacking) {
  if (error == -ENOSYS || error == -EINVAL || error == -ECANCELED) {
    lacking.emplace_back("this kernel has no seccomp filter");
  } else if (error != 0) {
    return Error{std::string("seccomp: ") + std::strerror(-error),
                 ErrorKind::permission};
  }
  return {};
}

// Landlock first: its system calls are none that seccomp leaves.
Result<std::vector<std::string>> enter(const Result<bool>& files,
                                       const std::function<int()>& seccomp) {
  std::vector<std::string> lacking;
  if (!files) return files.error();
  if (!*files) lacking.emplace_back("this kernel has no Landlock");
  if (auto judged = judge_seccomp(seccomp(), lacking); !judged) {
    return std::move(judged.error());
  }
  return lacking;
}

}  // namespace

Result<std::vector<std::string>> enter_sandbox(Duty duty, int channel,
                                               std::span<const int> outputs) {
  return enter(forbid_files_and_connections(),
               [&] { return confine(duty, channel, outputs); });
}

Result<std::vector<std::string>> enter_publishing_sandbox(
    const PublishingRights& rights) {
  return enter(rights.runs_programs
                   ? Result<bool>(true)
                   : forbid_changes_outside(rights.directories),
               refuse_control);
}

}  // namespace netlat
