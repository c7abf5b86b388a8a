// Names, units and descriptions of metrics, and their manual.

#include "netlat/report/metric_catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace netlat {
namespace {

TEST(MetricCatalogue, NamesFollowTheRules) {
  std::set<std::string_view> names;
  for (const MetricDescription& d : metric_catalogue()) {
    EXPECT_TRUE(names.insert(d.name).second) << d.name;
    const bool process = d.name.starts_with("process_");
    EXPECT_TRUE(process || d.name.starts_with("netlat_")) << d.name;
    EXPECT_EQ(d.name.ends_with("_total"), d.type == MetricType::counter)
        << d.name;
    std::string_view base = d.name;
    if (base.ends_with("_total")) base.remove_suffix(6);
    EXPECT_TRUE(base.ends_with(d.unit)) << d.name;
    EXPECT_TRUE(d.help.ends_with('.')) << d.name;
  }
}

// netlat-metrics(7) tells of every metric what the code does.
TEST(MetricCatalogue, IsWhatTheManualSays) {
  std::ifstream file("man/netlat-metrics.7");
  if (!file) GTEST_SKIP() << "not run from the root of the project";
  std::stringstream whole;
  whole << file.rdbuf();
  std::string manual = whole.str();
  std::replace(manual.begin(), manual.end(), '\n', ' ');
  static constexpr const char* kTypes[] = {"counter", "gauge", "histogram"};
  for (const MetricDescription& d : metric_catalogue()) {
    std::string wanted = ".It Sy " + std::string(d.name) + " " +
                         kTypes[static_cast<std::size_t>(d.type)];
    if (!d.unit.empty()) wanted += ", " + std::string(d.unit);
    if (!d.labels.empty()) wanted += "; labels " + std::string(d.labels);
    wanted += ". " + std::string(d.help) + " ";
    EXPECT_NE(manual.find(wanted), std::string::npos) << wanted;
  }
  std::size_t told = 0;
  for (std::size_t at = 0;
       (at = manual.find(".It Sy netlat_", at)) != std::string::npos; ++at) {
    ++told;
  }
  EXPECT_EQ(told, kMetrics - 3);  // all but process_*
}

}  // namespace
}  // namespace netlat
