#pragma once
// How every tool of netlat is called: one way to parse a command line and to
// refuse it.

#include <fmt/format.h>

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "netlat/base/parse_count.h"
#include "netlat/base/result.h"
#include "tools/common/ending.h"

namespace CLI {
class App;
}

namespace netlat {

class CommandLine {
 public:
  /// `verb` is the word after netlat, `about` one sentence, `column` where the
  /// help texts of options begin.
  CommandLine(const char* verb, const char* about, std::size_t column = 26);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// Where options are added; valid as long as the CommandLine.
  CLI::App& app() { return *app_; }

  /// None to go on; otherwise the exit status, and help, version or error
  /// have been printed.
  std::optional<int> parse(int argc, char** argv);

  /// Prints the sentence; returns the exit status of wrong usage.
  int refuse(std::string_view sentence) const;
  int refuse(const Error& error) const { return refuse(error.message); }
  /// Prints the help on standard error; returns the same.
  int show_usage() const;

 private:
  std::string tool_;
  std::unique_ptr<CLI::App> app_;
};

/// "--top x: write 1 to 9".
Error wrong(std::string_view option, std::string_view typed,
            std::string_view wanted);

/// A whole decimal number from `least` to `most`, if any was typed.
template <std::integral T>
Result<void> read_number(std::string_view option,
                         const std::optional<std::string>& typed,
                         std::uint64_t least, std::uint64_t most, T& into) {
  if (!typed) return {};
  const auto value = parse_count(*typed, least, most);
  if (!value) {
    return wrong(option, *typed, fmt::format("{} to {}", least, most));
  }
  into = static_cast<T>(*value);
  return {};
}

/// A number of octets, with k, M or G, if any was typed.
Result<void> read_size(std::string_view option,
                       const std::optional<std::string>& typed,
                       std::optional<std::uint64_t>& into);

/// A decimal fraction from `least` to `most`, if any was typed; `wanted` is
/// what an error says.
Result<void> read_fraction(std::string_view option,
                           const std::optional<std::string>& typed,
                           double least, double most, std::string_view wanted,
                           std::optional<double>& into);

}  // namespace netlat
