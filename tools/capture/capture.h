#pragma once
// A capture from its first packet to its last line.

#include <memory>
#include <string>

#include "tools/capture/crew.h"
#include "tools/capture/options.h"
#include "tools/capture/outlets.h"
#include "tools/capture/publishing.h"
#include "tools/capture/service.h"
#include "tools/capture/session.h"

namespace netlat {

class Capture {
 public:
  /// Everything is open and this process confined.  All but `zones` must
  /// outlive this object; `publishing` and `zones` may be null.
  Capture(const CaptureOptions& options, LiveSources& sources,
          ServiceManager& manager, Crew& crew, Publishing* publishing,
          std::unique_ptr<CaptureZones> zones);

  /// Until a signal, or until nobody takes the answer; the exit status.
  int run();

 private:
  void measure();
  void close_workers();
  void await_obedience();
  void tend();
  void take_reloaded(const Reloaded& reloaded);
  bool usable() const;
  void close(std::chrono::steady_clock::time_point began);
  void tell_losses();
  std::string screen();
  void say(const std::string& sentence) const;

  const CaptureOptions& options_;
  LiveSources& sources_;
  ServiceManager& manager_;
  Crew& crew_;
  Publishing* publishing_;
  BoundedOutput out_;
  Outlets outlets_;
  Session session_;
};

}  // namespace netlat
