// The text answer: whole screens against stored ones, and what holds for all.
// make golden writes the stored screens anew.

#include "netlat/report/text_analysis.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <sstream>

#include "tests/support/golden.h"
#include "tests/support/report_samples.h"
#include "tests/support/zone_samples.h"

namespace netlat {
namespace {

struct Screen {
  const char* name;
  AnalysisReport (*report)();
};

constexpr Screen kScreens[] = {
    {"incident", test::incident_report},
    {"ipv6", test::ipv6_report},
    {"fifty-services", test::fifty_services_report},
    {"one-flow", test::one_flow_report},
    {"no-tcp", test::no_tcp_report},
    {"hostile", test::hostile_report},
    {"zones", test::zones_report},
    {"many-zones", test::many_zones_report},
};

class TextAnalysis : public ::testing::Test {
 protected:
  TextAnalysis() {
    setenv("TZ", "UTC", 1);
    tzset();
  }
};

TEST_F(TextAnalysis, MatchesTheStoredScreens) {
  for (const Screen& screen : kScreens) {
    for (const std::size_t width : {80u, 120u}) {
      const std::string path = std::string("tests/golden/") + screen.name +
                               '-' + std::to_string(width) + ".txt";
      test::expect_golden(path,
                          text_analysis(screen.report(), {width, false}, 5));
    }
  }
}

// Text without its colour sequences; anything else that begins with an escape
// stays and is found by the caller.
std::string without_colours(std::string text) {
  for (const char* allowed : {"\x1b[1m", "\x1b[31m", "\x1b[0m"}) {
    const std::string sequence = allowed;
    for (std::size_t at; (at = text.find(sequence)) != std::string::npos;) {
      text.erase(at, sequence.size());
    }
  }
  return text;
}

TEST_F(TextAnalysis, FitsAnyWidthInPrintableAsciiWithOrWithoutColours) {
  for (const Screen& screen : kScreens) {
    for (std::size_t width = 80; width <= 200; ++width) {
      SCOPED_TRACE(screen.name + std::string(" at ") + std::to_string(width));
      const std::string plain =
          text_analysis(screen.report(), {width, false}, 5);
      const std::string coloured =
          text_analysis(screen.report(), {width, true}, 5);
      EXPECT_EQ(without_colours(coloured), plain);
      std::istringstream lines(plain);
      for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), width) << line;
        EXPECT_EQ(line.find_last_not_of(' ') + 1, line.size()) << line;
        for (const char c : line) {
          EXPECT_TRUE(c >= 0x20 && c <= 0x7e) << line;
        }
      }
    }
  }
}

TEST_F(TextAnalysis, NeverShowsLossWithoutWhatTheCaptureDropped) {
  for (const Screen& screen : kScreens) {
    SCOPED_TRACE(screen.name);
    const std::string text = text_analysis(screen.report(), {80, false}, 5);
    const auto loss = text.find("LOSS AND SETUP");
    if (loss == std::string::npos) continue;
    const auto end = text.find("\n\n", loss);
    const std::string section = text.substr(loss, end - loss);
    EXPECT_NE(section.find("capture"), std::string::npos) << section;
  }
}

TEST_F(TextAnalysis, SaysHowManyRowsAreNotShown) {
  const AnalysisReport report = test::fifty_services_report();
  const std::string text = text_analysis(report, {80, false}, 3);
  EXPECT_NE(text.find("and 47 more services (--top 50)"), std::string::npos);
  const std::string all = text_analysis(report, {80, false}, 50);
  EXPECT_EQ(all.find("more services"), std::string::npos);
}

TEST_F(TextAnalysis, QuotesFileNamesForTheShell) {
  AnalysisReport report = test::incident_report();
  struct Row {
    const char* name;
    const char* shown;
  };
  for (const Row& row : {Row{"a b.pcap", "netlat analyze 'a b.pcap' "},
                         Row{"-x.pcap", "netlat analyze ./-x.pcap "},
                         Row{"it's", "netlat analyze 'it'\\''s' "},
                         Row{"$(reboot)", "netlat analyze '$(reboot)' "},
                         Row{"bad\nname", "netlat analyze FILE "},
                         Row{"-", "netlat analyze FILE "}}) {
    report.files[0].source = row.name;
    EXPECT_NE(text_analysis(report, {120, false}, 5).find(row.shown),
              std::string::npos)
        << row.name;
  }
}

}  // namespace
}  // namespace netlat
