#include "netlat/base/stop_signal.h"

#include <signal.h>

namespace netlat {

namespace {

volatile sig_atomic_t stop_signal = 0;

void on_stop(int signal) {
  stop_signal = signal;
}

}  // namespace

void catch_signals() {
  struct sigaction stop {};
  stop.sa_handler = on_stop;
  sigemptyset(&stop.sa_mask);
  // No SA_RESTART: a read that waits for a quiet pipe has to return.
  stop.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &stop, nullptr);
  sigaction(SIGTERM, &stop, nullptr);
}

bool stop_asked() {
  return stop_signal != 0;
}

}  // namespace netlat
