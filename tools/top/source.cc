#include "tools/top/source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "netlat/base/safe_text.h"
#include "netlat/publish/record_feed.h"

namespace netlat {

namespace {

std::string file_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

void add_each(std::vector<std::string>& words, const char* option,
              const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    words.emplace_back(option);
    words.push_back(value);
  }
}

Result<RecordSource> start_capture(const TopOptions& o) {
  std::vector<std::string> words = {"--json", "-q", "--progress", "10"};
  add_each(words, "-i", o.interfaces);
  add_zones(words, o.zones);
  for (const Objective& objective : o.objectives) {
    words.emplace_back("--slo");
    words.push_back(objective.text);
  }
  if (!o.recorder.empty()) {
    words.emplace_back("--recorder");
    words.push_back(o.recorder);
  }
  auto child = Child::start("capture", words);
  if (!child) return std::move(child.error());
  return RecordSource{std::move(*child), -1,
                      fmt::format("{}", fmt::join(o.interfaces, ","))};
}

Result<RecordSource> start_replay(const TopOptions& o) {
  std::vector<std::string> words = {"-q", "--interval", "1", "--progress",
                                    "10"};
  add_zones(words, o.zones);
  words.emplace_back("--");
  std::vector<std::string> names;
  for (const std::string& file : o.files) {
    words.push_back(file);
    names.push_back(file_name(file));
  }
  auto child = Child::start("analyze", words);
  if (!child) return std::move(child.error());
  return RecordSource{std::move(*child), -1,
                      fmt::format("{}", fmt::join(names, ","))};
}

Result<int> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Error{SafeText(path).str() + ": too long for a socket's path",
                 ErrorKind::usage};
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto* any =
      static_cast<const sockaddr*>(static_cast<const void*>(&address));
  if (fd >= 0 && connect(fd, any, sizeof address) == 0) return fd;
  const int why = errno;
  if (fd >= 0) close(fd);
  return Error{fmt::format("{}: {}", SafeText(path).str(), std::strerror(why)),
               why == EACCES ? ErrorKind::permission : ErrorKind::input};
}

Result<RecordSource> attach(const TopOptions& o) {
  std::vector<std::string> paths = {o.socket};
  if (o.socket.empty()) paths = {kDefaultSocket, user_socket()};
  std::optional<Error> first;
  for (const std::string& path : paths) {
    if (path.empty()) continue;
    auto fd = connect_to(path);
    if (fd) return RecordSource{std::nullopt, *fd, path};
    if (!first) first = std::move(fd.error());
  }
  first->message +=
      "; is there a netlat capture with --socket? "
      "netlat top -i NAME starts one";
  return std::move(*first);
}

}  // namespace

void add_zones(std::vector<std::string>& words, const ZoneOptions& zones) {
  add_each(words, "--zones", zones.maps);
  add_each(words, "--scope", zones.scopes);
}

Result<RecordSource> open_source(const TopOptions& options) {
  switch (options.source) {
    case TopSource::interfaces:
      return start_capture(options);
    case TopSource::file:
      return start_replay(options);
    case TopSource::attach:
      return attach(options);
    case TopSource::standard_input:
      break;
  }
  // The descriptor moves away: reading keys takes the terminal instead.
  const int fd = dup(STDIN_FILENO);
  return RecordSource{std::nullopt, fd, "standard input"};
}

}  // namespace netlat
