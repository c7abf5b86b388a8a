#pragma once
// Ctrl-C as a question and not as an end.

namespace netlat {

/// From now on the first SIGINT or SIGTERM only asks to stop, the second
/// kills.
void catch_signals();
/// Whether the first signal came.
bool stop_asked();

/// From now on that signal (SIGHUP, SIGUSR1, SIGUSR2) is a request.
void catch_request(int signal);
/// Whether it came since the last call.
bool take_request(int signal);

}  // namespace netlat
