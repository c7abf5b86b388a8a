// A TUN device in a network namespace.

#pragma once

#include <string>

#include "netlat/base/result.h"
#include "tests/lab/wire/octets.h"
#include "tests/lab/wire/vnet_header.h"

namespace lab {

struct DeviceSpec {
  std::string name;       // in this wire's configuration
  std::string netns;      // as `ip netns` names it, or a path
  std::string interface;  // the device's name in that namespace
  int mtu = 1500;
  bool offload = false;  // the host sends super-segments, checksums undone
  bool gro = false;      // the host receives super-segments
};

// Removed when it is closed.
class Device {
 public:
  // Makes the interface and sets it up. Needs CAP_NET_ADMIN and CAP_SYS_ADMIN.
  static netlat::Result<Device> open(const DeviceSpec& spec);
  Device(Device&& other) noexcept;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  Device& operator=(Device&&) = delete;
  ~Device();

  int fd() const { return fd_; }
  const DeviceSpec& spec() const { return spec_; }
  bool has_header() const { return spec_.offload || spec_.gro; }

  // The next packet the host sent, in `buffer`; 0 if none waits. `header` is
  // zero for a device without one. Octets of the buffer beyond are untouched.
  size_t read(Octets buffer, VnetHeader& header) const;
  // Hands a packet to the host. False if it was refused.
  bool write(ConstOctets packet, const VnetHeader& header) const;

  // Packets the host could not hand to this device since it was made.
  netlat::Result<int64_t> dropped_by_host() const;

 private:
  Device(DeviceSpec spec, int fd, int netns_fd)
      : spec_(std::move(spec)), fd_(fd), netns_fd_(netns_fd) {}

  DeviceSpec spec_;
  int fd_;
  int netns_fd_;
};

}  // namespace lab
