// The control socket: Unix SOCK_SEQPACKET, one command a message, one reply.

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/base/result.h"

namespace lab {

class Control {
 public:
  // Replaces a socket that nobody serves any more.
  static netlat::Result<Control> open(const std::string& path);
  Control(Control&& other) noexcept;
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;
  Control& operator=(Control&&) = delete;
  ~Control();

  // Readable when serve() has something to do.
  int fd() const { return epoll_fd_; }
  using Execute = std::function<std::string(std::string_view command)>;
  // Carries out what waits, without blocking.
  void serve(const Execute& execute);

 private:
  Control() = default;
  bool watch(int fd) const;
  void accept_clients();
  bool answer(int client, const Execute& execute);

  std::string path_;
  int listen_fd_ = -1;
  int epoll_fd_ = -1;
  std::vector<int> clients_;
  std::vector<char> message_;
};

}  // namespace lab
