#include "netlat/base/stop_signal.h"

#include <signal.h>

namespace netlat {

namespace {

volatile sig_atomic_t stop_signal = 0;
volatile sig_atomic_t requests[NSIG];

void on_stop(int signal) {
  stop_signal = signal;
}

void on_request(int signal) {
  requests[signal] = 1;
}

}  // namespace

void catch_request(int signal) {
  struct sigaction request {};
  request.sa_handler = on_request;
  sigemptyset(&request.sa_mask);
  sigaction(signal, &request, nullptr);
}

bool take_request(int signal) {
  if (requests[signal] == 0) return false;
  requests[signal] = 0;
  return true;
}

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
