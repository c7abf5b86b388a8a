#include <fmt/format.h>

#include <algorithm>

#include "lib/flowlog/aws_line.h"
#include "lib/flowlog/log_input.h"
#include "lib/flowlog/tokens.h"
#include "netlat/base/safe_text.h"

namespace netlat {

namespace {

// "2026-01-01T00:00:00+00:00 STREAM " before the message: what `aws logs tail`
// prints.
std::string_view without_tail_prefix(std::string_view line) {
  if (line.size() < 20 || line[4] != '-' || line[7] != '-' || line[10] != 'T' ||
      line[13] != ':') {
    return line;
  }
  Tokens tokens(line);
  (void)tokens.next();
  if (!tokens.next()) return line;
  return tokens.rest();
}

std::string quoted(std::string_view text) {
  return '"' + SafeText(text).str() + '"';
}

}  // namespace

AwsText::AwsText(LogInput& input) : input_(input) {
  if (!input.given_format().empty()) layout_ = layout_of(input.given_format());
}

void AwsText::use(Layout layout, std::uint64_t number) {
  constexpr std::size_t kMost = 16;
  auto& unknown = input_.file().unknown_fields;
  for (const std::string& name : layout.unknown) {
    if (unknown.size() == kMost) break;
    if (std::find(unknown.begin(), unknown.end(), name) == unknown.end()) {
      unknown.push_back(name);
    }
  }
  if (!layout.usable()) {
    input_.complain(number,
                    "the header names no source or no destination address; "
                    "its lines cannot be used");
  }
  layout_ = std::move(layout);
}

bool AwsText::begin(std::string_view line, std::uint64_t number) {
  if (auto layout = default_layout(line)) {
    use(std::move(*layout), number);
    return true;
  }
  if (!format_missed_) {
    input_.refuse(LineFault::no_format, number,
                  "no header, and not a default format; say with --format "
                  "what the fields are");
    format_missed_ = true;
  } else {
    ++input_.counts().lines;
    ++input_.counts().refused[static_cast<std::size_t>(LineFault::no_format)];
  }
  return false;
}

void AwsText::take(std::string_view line, std::uint64_t number,
                   bool terminated) {
  line = without_tail_prefix(line);
  Tokens tokens(line);
  const auto first = tokens.next();
  if (!first) {
    ++input_.counts().lines;
    ++input_.counts().blank;
    return;
  }
  // Values begin with a digit nearly always, names of fields never do.
  if ((first->front() < '0' || first->front() > '9') && is_header(line)) {
    ++input_.counts().lines;
    ++input_.counts().headers;
    use(layout_of(line), number);
    return;
  }
  if (!layout_ && !begin(line, number)) return;
  if (const auto refusal =
          read_aws_line(line, *layout_, record_, input_.counts())) {
    refuse(*refusal, number, terminated);
    return;
  }
  input_.accept(record_);
}

void AwsText::refuse(const LineRefusal& refusal, std::uint64_t number,
                     bool terminated) {
  if (!terminated) {
    input_.file().input_truncated = true;
    input_.refuse(LineFault::cut_off, number,
                  "the file ends in the middle of this line");
    return;
  }
  switch (refusal.fault) {
    case LineFault::field_count:
      input_.refuse(refusal.fault, number,
                    fmt::format("{} fields where the header names {}",
                                refusal.fields, layout_->columns.size()));
      break;
    case LineFault::no_value:
      input_.refuse(refusal.fault, number,
                    "log status OK without addresses, packets or bytes");
      break;
    default:
      input_.refuse(refusal.fault, number,
                    fmt::format("field {}: {} cannot be", refusal.column,
                                quoted(refusal.value)));
  }
}

}  // namespace netlat
