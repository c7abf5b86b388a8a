#include "tests/lab/common/script.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace lab::load {
namespace {

// "wait DURATION", which belongs to the file and not to an actor.
bool read_wait(Line& line, int64_t& ns) {
  if (line.verb() != "wait") return false;
  const auto duration = parse_duration_ns(line.word("a duration"));
  if (duration)
    ns = *duration;
  else
    line.fail("wait: expected a duration such as 250ms");
  line.finish();
  return true;
}

}  // namespace

std::string carry_out(const ReadLine& read, std::string_view text) {
  for (const bool apply : {false, true}) {
    Line line(text);
    if (!line.empty()) read(line, apply);
    if (!line.good()) return line.fault();
  }
  return "";
}

Script::Script(Loop& loop, ReadLine read,
               std::function<void(std::string)> failed)
    : read_(std::move(read)), failed_(std::move(failed)), wait_(loop) {}

std::string Script::load(const std::string& path) {
  path_ = path;
  std::ifstream file(path);
  if (!file) return fmt::format("{}: {}", path, std::strerror(errno));
  for (std::string text; std::getline(file, text);) {
    lines_.push_back(text);
    Line line(text);
    int64_t ns = 0;
    if (!line.empty() && !read_wait(line, ns)) read_(line, false);
    if (!line.good()) return place(lines_.size()) + line.fault();
  }
  return "";
}

std::string Script::run() {
  while (next_ < lines_.size()) {
    const std::string& text = lines_[next_++];
    Line line(text);
    int64_t ns = 0;
    if (read_wait(line, ns)) {
      wait_.after(ns, [this] {
        const std::string fault = run();
        if (!fault.empty()) failed_(fault);
      });
      return "";
    }
    const std::string fault = carry_out(read_, text);
    if (!fault.empty()) return place(next_) + fault;
  }
  return "";
}

std::string Script::place(size_t line) const {
  return fmt::format("{}:{}: ", path_, line);
}

Control::Control(Loop& loop, ReadLine read)
    : loop_(loop), read_(std::move(read)) {}

Control::~Control() {
  if (listener_) unlink(path_.c_str());
}

std::string Control::open(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return fmt::format("{}: too long for a socket's name", path);
  path.copy(address.sun_path, path.size());
  unlink(path.c_str());
  Fd listener(
      socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const void* const generic = &address;
  if (bind(listener.get(), static_cast<const sockaddr*>(generic),
           sizeof address) != 0 ||
      listen(listener.get(), SOMAXCONN) != 0)
    return fmt::format("{}: {}", path, std::strerror(errno));
  listener_ = std::move(listener);
  path_ = path;
  loop_.watch(listener_.get(), EPOLLIN, [this](uint32_t) { accept_one(); });
  return "";
}

void Control::accept_one() {
  Fd caller(
      accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!caller) return;
  const int socket = caller.get();
  callers_.push_back(std::move(caller));
  loop_.watch(socket, EPOLLIN, [this, socket](uint32_t) { answer(socket); });
}

void Control::answer(int socket) {
  std::array<char, 4096> message;
  const ssize_t size = recv(socket, message.data(), message.size(), 0);
  if (size <= 0) {
    loop_.forget(socket);
    std::erase_if(callers_, [&](const Fd& fd) { return fd.get() == socket; });
    return;
  }
  std::string_view text(message.data(), static_cast<size_t>(size));
  while (text.ends_with('\n')) text.remove_suffix(1);
  const std::string fault = carry_out(read_, text);
  const std::string reply = fault.empty() ? "ok" : "error: " + fault;
  send(socket, reply.data(), reply.size(), MSG_NOSIGNAL);
}

}  // namespace lab::load
