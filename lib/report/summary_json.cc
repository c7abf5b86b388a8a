#include "netlat/report/summary_json.h"

namespace netlat {

namespace {

std::string_view kind_word(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return "usage";
    case ErrorKind::permission:
      return "permission";
    case ErrorKind::input:
      break;
  }
  return "input";
}

}  // namespace

std::string_view summary_line(JsonWriter& json, const SummaryRecord& summary) {
  json.begin("summary");
  json.field("packets", summary.packets);
  json.field("flows", summary.flows);
  json.field("findings", summary.findings);
  json.field("elapsed_ns", summary.elapsed.count());
  json.field("exit", summary.exit);
  return json.finish();
}

std::string_view problem_line(JsonWriter& json, const Error& problem) {
  json.begin("problem");
  json.plain("kind", kind_word(problem.kind));
  json.text("message", problem.message);
  return json.finish();
}

}  // namespace netlat
