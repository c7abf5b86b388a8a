#include "tests/lab/wire/device.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

namespace lab {
namespace {

using netlat::Error;
using netlat::ErrorKind;
using netlat::Result;

// Longer than any burst of a sender: the wire alone decides what is lost.
constexpr int kHostQueuePackets = 20000;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

Error failure(const std::string& what) {
  const ErrorKind kind = errno == EPERM || errno == EACCES
                             ? ErrorKind::permission
                             : ErrorKind::input;
  return Error{what + ": " + std::strerror(errno), kind};
}

// This thread is in another namespace while the object lives.
class Visit {
 public:
  explicit Visit(int netns)
      : home_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)),
        arrived_(home_.get() >= 0 && setns(netns, CLONE_NEWNET) == 0) {}
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit() {
    if (arrived_ && setns(home_.get(), CLONE_NEWNET) != 0) std::abort();
  }
  bool arrived() const { return arrived_; }

 private:
  Descriptor home_;
  bool arrived_;
};

ifreq request_for(const DeviceSpec& spec) {
  ifreq request{};
  spec.interface.copy(request.ifr_name, IFNAMSIZ - 1);
  return request;
}

Result<void> set_up(const DeviceSpec& spec) {
  const Descriptor socket_fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request = request_for(spec);
  request.ifr_mtu = spec.mtu;
  if (ioctl(socket_fd.get(), SIOCSIFMTU, &request) != 0)
    return failure("cannot set MTU " + std::to_string(spec.mtu));
  request.ifr_qlen = kHostQueuePackets;
  if (ioctl(socket_fd.get(), SIOCSIFTXQLEN, &request) != 0)
    return failure("cannot set the queue length");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl(socket_fd.get(), SIOCSIFFLAGS, &request) != 0)
    return failure("cannot set it up");
  return {};
}

Result<int> open_tun(const DeviceSpec& spec) {
  Descriptor fd(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (fd.get() < 0) return failure("/dev/net/tun");
  const bool header = spec.offload || spec.gro;
  ifreq request = request_for(spec);
  request.ifr_flags = static_cast<short>(IFF_TUN | IFF_NO_PI | IFF_TUN_EXCL |
                                         (header ? IFF_VNET_HDR : 0));
  if (ioctl(fd.get(), TUNSETIFF, &request) != 0)
    return failure("cannot make a TUN device");
  const unsigned long offloads =
      spec.offload ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 : 0;
  if (header && ioctl(fd.get(), TUNSETOFFLOAD, offloads) != 0)
    return failure("cannot set offloads");
  if (auto up = set_up(spec); !up) return up.error();
  return fd.release();
}

}  // namespace

Result<Device> Device::open(const DeviceSpec& spec) {
  const std::string where =
      "device " + spec.name + " (" + spec.interface + " in " + spec.netns + ")";
  if (spec.interface.empty() || spec.interface.size() >= IFNAMSIZ)
    return Error{where + ": an interface name has 1 to 15 characters"};
  const std::string path = spec.netns.find('/') == std::string::npos
                               ? "/run/netns/" + spec.netns
                               : spec.netns;
  Descriptor netns(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (netns.get() < 0) return failure(where + ": " + path);
  const Visit visit(netns.get());
  if (!visit.arrived()) return failure(where + ": cannot enter " + path);
  auto fd = open_tun(spec);
  if (!fd) return std::move(fd.error()).within(where);
  return Device(spec, *fd, netns.release());
}

Device::Device(Device&& other) noexcept
    : spec_(std::move(other.spec_)),
      fd_(std::exchange(other.fd_, -1)),
      netns_fd_(std::exchange(other.netns_fd_, -1)) {}

Device::~Device() {
  if (fd_ >= 0) close(fd_);
  if (netns_fd_ >= 0) close(netns_fd_);
}

size_t Device::read(Octets buffer, VnetHeader& header) const {
  header = {};
  if (!has_header()) {
    const ssize_t size = ::read(fd_, buffer.data(), buffer.size());
    return size > 0 ? static_cast<size_t>(size) : 0;
  }
  const std::array<iovec, 2> parts{
      {{&header, sizeof header}, {buffer.data(), buffer.size()}}};
  const ssize_t size = readv(fd_, parts.data(), parts.size());
  const auto head = static_cast<ssize_t>(sizeof header);
  return size > head ? static_cast<size_t>(size - head) : 0;
}

bool Device::write(ConstOctets packet, const VnetHeader& header) const {
  if (!has_header())
    return ::write(fd_, packet.data(), packet.size()) ==
           static_cast<ssize_t>(packet.size());
  VnetHeader head = header;
  const std::array<iovec, 2> parts{
      {{&head, sizeof head},
       {const_cast<uint8_t*>(packet.data()), packet.size()}}};
  return writev(fd_, parts.data(), parts.size()) ==
         static_cast<ssize_t>(packet.size() + sizeof head);
}

Result<int64_t> Device::dropped_by_host() const {
  const Visit visit(netns_fd_);
  if (!visit.arrived()) return failure("cannot enter its namespace");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen("/proc/thread-self/net/dev", "re"), std::fclose);
  if (!file) return failure("/proc/thread-self/net/dev");
  std::array<char, 512> line{};
  const std::string prefix = spec_.interface + ":";
  while (std::fgets(line.data(), line.size(), file.get()) != nullptr) {
    std::string_view text(line.data());
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (!text.starts_with(prefix)) continue;
    long long dropped = 0;
    // Eight counters of reception, then octets, packets, errors, drops sent.
    const std::string rest(text.substr(prefix.size()));
    if (std::sscanf(rest.c_str(),
                    "%*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %lld",
                    &dropped) == 1)
      return int64_t{dropped};
  }
  return Error{"the device is gone"};
}

}  // namespace lab
