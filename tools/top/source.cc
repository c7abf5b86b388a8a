#include "tools/top/source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "netlat/publish/feed_client.h"

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

Result<RecordSource> attach(const TopOptions& o) {
  auto feed = attach_to_feed(o.socket);
  if (feed) return RecordSource{std::nullopt, feed->fd, feed->path};
  if (feed.error().kind != ErrorKind::permission) {
    feed.error().message += " netlat top -i NAME starts one";
  }
  return std::move(feed.error());
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
