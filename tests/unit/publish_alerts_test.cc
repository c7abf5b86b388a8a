// What alerts set off, how often, and what is left of it in the end.

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <thread>

#include "netlat/publish/alert_actions.h"
#include "tests/support/temp_dir.h"

namespace netlat {
namespace {

using std::chrono::milliseconds;

class Alerts : public testing::Test {
 protected:
  AlertPlan plan(const std::string& script) const {
    AlertPlan plan;
    plan.command = {"/bin/sh", "-c", script};
    return plan;
  }
  std::string told() const {
    std::ifstream file(told_);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Until `length` octets were told, or two seconds.
  void wait_for(AlertActions& actions, std::size_t length) const {
    for (int i = 0; i < 200 && told().size() < length; ++i) {
      std::this_thread::sleep_for(milliseconds(10));
      actions.tend();
    }
  }

  const test::TempDir directory_;
  const std::string told_ = directory_.path("told");
};

TEST_F(Alerts, OfOneObjectiveWaitForItsPeriodAndTheLastIsTold) {
  AlertActions actions(plan("cat >>" + told_));
  actions.tell("p99 < 1s", "a1\n");
  wait_for(actions, 3);
  actions.tell("p99 < 1s", "a2\n");
  actions.tell("p99 < 1s", "a3\n");
  actions.tell("loss < 1 %", "b1\n");
  wait_for(actions, 6);
  EXPECT_EQ(told(), "a1\nb1\n");
  actions.finish(milliseconds(2000));
  EXPECT_EQ(told(), "a1\nb1\na3\n");
  EXPECT_TRUE(actions.take_news().empty());
}

TEST_F(Alerts, AProgramThatHangsDoesNotOutliveTheEnd) {
  AlertActions actions(plan("echo $$ >" + told_ + "; sleep 60"));
  actions.tell("p99 < 1s", "a1\n");
  wait_for(actions, 2);
  const pid_t program = std::atoi(told().c_str());
  ASSERT_GT(program, 1);
  ASSERT_EQ(kill(program, 0), 0);
  actions.finish(milliseconds(50));
  actions.finish(milliseconds(2000));
  EXPECT_NE(kill(program, 0), 0);
}

}  // namespace
}  // namespace netlat
