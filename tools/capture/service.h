#pragma once
// What a service manager is told: sd_notify(3) without its library, which is
// one datagram for each message.

#include <chrono>
#include <string_view>

namespace netlat {

class ServiceManager {
 public:
  /// Connects to $NOTIFY_SOCKET if there is one, before this process is
  /// confined.
  ServiceManager();
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  /// "READY=1", "STOPPING=1", ...; without a manager nothing happens.
  void tell(std::string_view message) const;
  /// Says that this process is alive, twice as often as it has to.
  void tend();

  /// For the sandbox; -1 without a manager.
  int descriptor() const noexcept { return fd_; }

 private:
  using Clock = std::chrono::steady_clock;

  int fd_ = -1;
  Clock::duration alive_every_{0};
  Clock::time_point alive_next_;
};

}  // namespace netlat
