#pragma once
// Ctrl-C as a question and not as an end.

namespace netlat {

/// From now on the first SIGINT or SIGTERM only asks to stop, the second
/// kills.
void catch_signals();
/// Whether the first signal came.
bool stop_asked();

}  // namespace netlat
