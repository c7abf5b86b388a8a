#include "lib/flowlog/json_log.h"

#include <fmt/format.h>

#include "lib/flowlog/cloud_json.h"
#include "lib/flowlog/entry_stream.h"

namespace netlat {

namespace {

void take_records(LogInput& input, std::vector<CloudRecord>& records,
                  std::uint64_t line) {
  for (CloudRecord& entry : records) {
    if (!entry.fault.empty()) {
      input.refuse(LineFault::bad_value, line, entry.fault);
      continue;
    }
    input.accept(entry.sent.view());
    if (entry.received) input.sink().record(entry.received->view());
  }
}

void take_entry(LogInput& input, AwsText& text, const LogEntry& entry) {
  CloudEntry read = read_cloud_entry(entry.text);
  if (const auto* fault = std::get_if<std::string>(&read)) {
    input.refuse(LineFault::not_json, entry.line, *fault);
  } else if (const auto* wrapped = std::get_if<WrappedLine>(&read)) {
    text.take(wrapped->text, entry.line, true);
  } else {
    take_records(input, *std::get_if<std::vector<CloudRecord>>(&read),
                 entry.line);
  }
}

}  // namespace

void read_json_log(LogInput& input, ByteStream& stream) {
  EntryStream entries(stream);
  AwsText text(input);
  while (const auto entry = entries.next()) {
    if (entry->too_long) {
      input.refuse(LineFault::too_long, entry->line,
                   fmt::format("an entry of more than {} MiB",
                               EntryStream::kLongest >> 20));
    } else if (entries.cut_off()) {
      input.refuse(LineFault::cut_off, entry->line,
                   "the file ends in the middle of this entry");
    } else if (entry->damaged) {
      input.refuse(LineFault::not_json, entry->line,
                   "not JSON: brackets or quotes do not match");
    } else {
      take_entry(input, text, *entry);
    }
  }
  input.file().input_truncated = entries.cut_off() || entries.error();
  if (entries.error()) {
    input.complain(entries.line(), entries.error()->message);
  } else if (entries.cut_off() && input.counts().refused.back() == 0) {
    input.complain(entries.line(), "the file ends within a list of entries");
  }
}

}  // namespace netlat
