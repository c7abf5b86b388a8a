#include "tests/lab/wire/control.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace lab {
namespace {

using netlat::Error;
using netlat::Result;

constexpr size_t kLongestCommand = 65536;
constexpr int kBacklog = 16;

Error failure(const std::string& path) {
  return Error{"control socket " + path + ": " + std::strerror(errno)};
}

int new_socket() {
  return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

const sockaddr* generic(const sockaddr_un& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

bool somebody_serves(const sockaddr_un& address) {
  const int fd = new_socket();
  const bool served = connect(fd, generic(address), sizeof address) == 0;
  close(fd);
  return served;
}

}  // namespace

Result<Control> Control::open(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return Error{"control socket " + path + ": the path is too long"};
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (somebody_serves(address))
    return Error{"control socket " + path + ": another wire serves it"};
  unlink(path.c_str());
  Control out;
  out.listen_fd_ = new_socket();
  out.epoll_fd_ = epoll_create1(EPOLL_CLOEXEC);
  out.message_.resize(kLongestCommand);
  if (out.listen_fd_ < 0 || out.epoll_fd_ < 0 ||
      bind(out.listen_fd_, generic(address), sizeof address) != 0)
    return failure(path);
  out.path_ = path;
  if (listen(out.listen_fd_, kBacklog) != 0 || !out.watch(out.listen_fd_))
    return failure(path);
  return out;
}

Control::Control(Control&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      listen_fd_(std::exchange(other.listen_fd_, -1)),
      epoll_fd_(std::exchange(other.epoll_fd_, -1)),
      clients_(std::exchange(other.clients_, {})),
      message_(std::exchange(other.message_, {})) {}

Control::~Control() {
  for (const int client : clients_) close(client);
  if (listen_fd_ >= 0) close(listen_fd_);
  if (epoll_fd_ >= 0) close(epoll_fd_);
  if (!path_.empty()) unlink(path_.c_str());
}

bool Control::watch(int fd) const {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  return epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) == 0;
}

void Control::serve(const Execute& execute) {
  std::array<epoll_event, 16> events{};
  const int count = epoll_wait(epoll_fd_, events.data(), events.size(), 0);
  for (int i = 0; i < count; ++i) {
    const int fd = events.at(static_cast<size_t>(i)).data.fd;
    if (fd == listen_fd_) {
      accept_clients();
    } else if (!answer(fd, execute)) {
      std::erase(clients_, fd);
      close(fd);
    }
  }
}

void Control::accept_clients() {
  for (;;) {
    const int client =
        accept4(listen_fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client < 0) return;
    if (watch(client))
      clients_.push_back(client);
    else
      close(client);
  }
}

// False if the client is gone.
bool Control::answer(int client, const Execute& execute) {
  const ssize_t size = recv(client, message_.data(), message_.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (size <= 0) return false;
  const std::string reply =
      execute({message_.data(), static_cast<size_t>(size)});
  return send(client, reply.data(), reply.size(), MSG_NOSIGNAL) >= 0;
}

}  // namespace lab
