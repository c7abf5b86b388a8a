#include "lib/flowlog/log_input.h"

#include <fmt/format.h>

#include "lib/source/wording.h"

namespace netlat {

LogInput::LogInput(LogReader& reader, std::string path) : reader_(reader) {
  file_.path = std::move(path);
}

void LogInput::complain(std::uint64_t line, const std::string& sentence,
                        ErrorKind kind) {
  if (++reader_.problem_count_ > LogReader::kMostProblems) return;
  std::string where = shown(file_.path);
  if (line > 0) where += fmt::format(":{}", line);
  reader_.problems_.push_back({where + ": " + sentence, kind});
}

void LogInput::refuse(LineFault fault, std::uint64_t line,
                      const std::string& sentence) {
  ++counts().lines;
  ++counts().refused[static_cast<std::size_t>(fault)];
  complain(line, sentence);
}

void LogInput::accept(const LogRecord& record) {
  LineCounts& n = counts();
  ++n.lines;
  switch (record.status) {
    case LogStatus::ok:
      ++n.records;
      break;
    case LogStatus::no_data:
      ++n.no_data;
      return;
    case LogStatus::skip_data:
      ++n.skip_data;
      break;
  }
  reader_.sink_.record(record);
}

}  // namespace netlat
