// netlat slo init: rules and a dashboard from objectives.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "netlat/publish/text_file.h"
#include "netlat/report/slo_dashboard.h"
#include "netlat/report/slo_rules.h"
#include "tools/common/command_line.h"

namespace netlat {
namespace {

constexpr const char* kTool = "netlat slo init";

struct InitOptions {
  std::vector<std::string> texts;
  std::string directory = ".";
};

int init(const InitOptions& options, const CommandLine& line) {
  std::vector<Objective> objectives;
  for (const std::string& text : options.texts) {
    auto objective = parse_objective(text);
    if (!objective) {
      return line.refuse(std::move(objective.error()).within("--slo"));
    }
    objectives.push_back(std::move(*objective));
  }
  const std::pair<const char*, std::string> files[] = {
      {"netlat-rules.yml", slo_rules(objectives)},
      {"netlat-dashboard.json", slo_dashboard(objectives)},
  };
  Output out(STDOUT_FILENO);
  for (const auto& [name, text] : files) {
    const std::string path = options.directory + '/' + name;
    if (access(path.c_str(), F_OK) == 0) {
      return line.refuse(path +
                         " is there already; move it away, or name "
                         "another directory with -o");
    }
  }
  for (const auto& [name, text] : files) {
    const std::string path = options.directory + '/' + name;
    if (auto done = replace_text_file(path, text); !done) {
      return fail(kTool, done.error());
    }
    out.append(path + '\n');
  }
  return finish(kTool, out, kExitDone);
}

int run(int argc, char** argv) {
  CommandLine line("slo",
                   "Rules for Prometheus and a dashboard for Grafana, from "
                   "objectives.");
  CLI::App& app = line.app();
  InitOptions options;
  CLI::App* const verb = app.add_subcommand("init",
                                            "write both, netlat-rules.yml and "
                                            "netlat-dashboard.json");
  verb->add_option("--slo", options.texts,
                   "an objective, as for netlat capture; may be repeated")
      ->option_text("TEXT")
      ->allow_extra_args(false);
  verb->add_option("-o,--output", options.directory, "where (.)")
      ->option_text("DIR");
  if (const auto status = line.parse(argc, argv)) return *status;
  if (!verb->parsed()) return line.show_usage();
  if (options.texts.empty()) {
    return line.refuse("name an objective with --slo, for example 'loss < 1%'");
  }
  return init(options, line);
}

}  // namespace
}  // namespace netlat

int main(int argc, char** argv) {
  netlat::begin_tool();
  return netlat::run(argc, argv);
}
