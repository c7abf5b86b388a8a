#pragma once
// The live view: draws what probing brings, and takes keys.

#include <functional>
#include <memory>

#include "netlat/base/result.h"
#include "netlat/probe/host_names.h"
#include "netlat/probe/prober.h"
#include "netlat/term/curses_screen.h"
#include "netlat/term/hop_screen.h"
#include "tools/probe/live_settings.h"

namespace netlat {

class LiveView : public Companion {
 public:
  /// The report of one target as it stands.
  using Reporter = std::function<HopReport(std::size_t target)>;

  /// Takes over the terminal.  `names` may be null; all must outlive the view.
  static Result<std::unique_ptr<LiveView>> open(Prober& prober,
                                                HostNames* names,
                                                std::size_t targets,
                                                Reporter reporter);

  void add_waits(std::vector<pollfd>& out) override;
  void serve() override;
  /// The user wants to end, or the terminal is gone.
  bool ended() const { return ended_; }
  /// And to see the report.
  bool wants_report() const { return wants_report_; }

 private:
  LiveView(std::unique_ptr<CursesScreen> screen, Prober& prober,
           HostNames* names, std::size_t targets, Reporter reporter);
  void take(KeyCode code);
  void show(HopPane pane);
  void go(std::size_t target);
  void scroll(int by);
  void ask(LiveSetting setting);
  void set(HopAction action);
  void take_typed(KeyCode code);
  void switch_protocol(ProbeProtocol protocol);
  void begin_anew(Result<void> changed);
  void draw();

  std::unique_ptr<CursesScreen> screen_;
  Prober& prober_;
  HostNames* names_;
  std::size_t targets_, target_ = 0;
  Reporter reporter_;
  HopView view_;
  HopReport report_;
  LivePorts ports_;
  LiveSetting asked_ = LiveSetting::none;
  Nanos refreshed_{0};  // steady; 0: never
  bool changed_ = true, ended_ = false, wants_report_ = false;
};

}  // namespace netlat
