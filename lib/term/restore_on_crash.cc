#include "lib/term/restore_on_crash.h"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

namespace netlat {

namespace {

// A signal handler may read only what was ready before it came.
struct Saved {
  volatile std::sig_atomic_t armed = 0;
  int input = -1, output = -1;
  termios settings{};
  std::array<char, 64> octets{};
  std::size_t size = 0;
};
Saved saved;

constexpr int kFatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGHUP};

void restore(int signal) {
  if (saved.armed != 0) {
    saved.armed = 0;
    // The program is lost already: whether these succeed changes nothing.
    [[maybe_unused]] const auto sent =
        write(saved.output, saved.octets.data(), saved.size);
    (void)tcsetattr(saved.input, TCSANOW, &saved.settings);
  }
  (void)raise(signal);  // its default action, which SA_RESETHAND restored
}

}  // namespace

void restore_on_crash(int input, int output, std::string_view octets) {
  saved.input = input;
  saved.output = output;
  saved.size = std::min(octets.size(), saved.octets.size());
  std::copy_n(octets.begin(), saved.size, saved.octets.begin());
  if (tcgetattr(input, &saved.settings) != 0) return;
  struct sigaction action {};
  action.sa_handler = restore;
  // SA_NODEFER: the signal raised again takes effect at once.
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_NODEFER;
  for (const int signal : kFatal) (void)sigaction(signal, &action, nullptr);
  saved.armed = 1;
}

void nothing_to_restore() {
  saved.armed = 0;
}

}  // namespace netlat
