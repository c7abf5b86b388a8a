#include "tools/common/command_line.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>

namespace netlat {

namespace {

int print(std::string_view tool, const std::string& text) {
  Output out(STDOUT_FILENO);
  out.append(text);
  return finish(tool, out, kExitDone);
}

}  // namespace

CommandLine::CommandLine(const char* verb, const char* about,
                         std::size_t column)
    : tool_(fmt::format("netlat {}", verb)),
      app_(std::make_unique<CLI::App>(about, tool_)) {
  app_->set_version_flag("--version", "netlat " NETLAT_VERSION);
  app_->footer(fmt::format("The manual: netlat help {}", verb));
  app_->get_formatter()->column_width(column);
}

CommandLine::~CommandLine() = default;

std::optional<int> CommandLine::parse(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return print(tool_, app_->help());
  } catch (const CLI::CallForVersion& version) {
    return print(tool_, std::string(version.what()) + '\n');
  } catch (const CLI::ParseError& error) {
    return refuse(fmt::format("{}; see {} --help", error.what(), tool_));
  }
  return std::nullopt;
}

int CommandLine::refuse(std::string_view sentence) const {
  complain(tool_, sentence);
  return kExitUsage;
}

int CommandLine::show_usage() const {
  (void)std::fputs(app_->help().c_str(), stderr);
  return kExitUsage;
}

Error wrong(std::string_view option, std::string_view typed,
            std::string_view wanted) {
  return {fmt::format("{} {}: write {}", option, typed, wanted),
          ErrorKind::usage};
}

Result<void> read_size(std::string_view option,
                       const std::optional<std::string>& typed,
                       std::optional<std::uint64_t>& into) {
  if (!typed) return {};
  into = parse_size(*typed);
  if (into) return {};
  return wrong(option, *typed, "octets, or a number with k, M or G");
}

Result<void> read_fraction(std::string_view option,
                           const std::optional<std::string>& typed,
                           double least, double most, std::string_view wanted,
                           std::optional<double>& into) {
  if (!typed) return {};
  double value = 0;
  const char* end = typed->data() + typed->size();
  const auto [at, error] =
      std::from_chars(typed->data(), end, value, std::chars_format::fixed);
  if (error != std::errc() || at != end || !(value >= least) ||
      !(value <= most)) {
    return wrong(option, *typed, wanted);
  }
  into = value;
  return {};
}

}  // namespace netlat
