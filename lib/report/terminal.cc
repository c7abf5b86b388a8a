#include "netlat/report/terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace netlat {

namespace {

// Empty if unset; also in a program that runs with more rights than its
// caller.
std::string_view environment(const char* name) {
  const char* value = secure_getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

std::optional<ColourWhen> parse_colour(std::string_view text) {
  if (text == "auto") return ColourWhen::automatic;
  if (text == "always") return ColourWhen::always;
  if (text == "never") return ColourWhen::never;
  return std::nullopt;
}

bool colour_wanted(int fd, ColourWhen when) {
  if (when != ColourWhen::automatic) return when == ColourWhen::always;
  const std::string_view term = environment("TERM");
  return environment("NO_COLOR").empty() &&
         environment("NETLAT_NO_COLOR").empty() && !term.empty() &&
         term != "dumb" && isatty(fd) == 1;
}

std::size_t terminal_width(int fd) {
  constexpr std::size_t kUsual = 80, kLeast = 80, kMost = 500;
  std::size_t width = kUsual;
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    width = size.ws_col;
  } else if (const std::string_view columns = environment("COLUMNS");
             std::from_chars(columns.begin(), columns.end(), width).ec !=
             std::errc()) {
    width = kUsual;
  }
  return std::clamp(width, kLeast, kMost);
}

void open_standard_descriptors() {
  int fd = 0;
  do {
    fd = open("/dev/null", O_RDWR);
  } while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO) close(fd);
}

}  // namespace netlat
