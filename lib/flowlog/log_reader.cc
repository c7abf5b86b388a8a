#include "netlat/flowlog/log_reader.h"

#include <fmt/format.h>

#include <memory>
#include <numeric>
#include <utility>

#include "lib/flowlog/json_log.h"
#include "lib/flowlog/line_stream.h"
#include "lib/flowlog/log_input.h"
#include "lib/source/compression.h"
#include "lib/source/file_stream.h"
#include "lib/source/wording.h"

namespace netlat {

namespace {

// What the first octets are not: a log.
constexpr std::string_view kParquet = "PAR1";
constexpr std::size_t kLookAhead = 4096;

// What a file begins with, left to be read again.
Result<std::string> look_ahead(std::unique_ptr<ByteStream>& stream) {
  std::vector<std::uint8_t> head(kLookAhead);
  std::size_t have = 0;
  while (have < head.size()) {
    auto n = stream->read(std::span(head).subspan(have));
    if (!n) {
      if (have == 0) return std::move(n.error());
      break;
    }
    if (*n == 0) break;
    have += *n;
  }
  head.resize(have);
  std::string text(head.begin(), head.end());
  stream = std::make_unique<ResumedStream>(std::move(head), std::move(stream));
  return text;
}

void read_lines(LogInput& input, ByteStream& stream) {
  LineStream lines(stream);
  AwsText text(input);
  while (const auto line = lines.next()) {
    if (line->too_long) {
      input.refuse(
          LineFault::too_long, lines.number(),
          fmt::format("a line of more than {} octets", LineStream::kLongest));
    } else {
      // A stream that failed cut its last line short.
      text.take(line->text, lines.number(), line->terminated);
    }
  }
  if (lines.error()) {
    input.file().input_truncated = true;
    input.complain(lines.number(), lines.error()->message);
  }
}

void give_up(LogInput& input, const Error& error) {
  input.file().input_truncated = true;
  input.complain(0, error.message, error.kind);
}

// Finds out what is in the stream, and reads it.
void read_stream(LogInput& input, std::unique_ptr<ByteStream> compressed) {
  const std::string& path = input.file().path;
  auto plain = decompressed(std::move(compressed), path);
  if (!plain) return give_up(input, plain.error());
  std::unique_ptr<ByteStream> stream = std::move(plain->bytes);
  auto head = look_ahead(stream);
  if (!head) return give_up(input, head.error());
  if (head->starts_with(kParquet)) {
    return give_up(
        input,
        {fmt::format("is Parquet; write it as text first: duckdb -c \"copy "
                     "(select * from '{}') to 'vpc.csv' (header)\"",
                     shown(path))});
  }
  const auto first = head->find_first_not_of(" \t\r\n");
  const bool json =
      first != head->npos && ((*head)[first] == '{' || (*head)[first] == '[');
  input.file().format = (json ? "json" : "aws-text") + plain->suffix;
  if (json) {
    read_json_log(input, *stream);
  } else {
    read_lines(input, *stream);
  }
}

}  // namespace

std::uint64_t LineCounts::refused_total() const noexcept {
  return std::accumulate(refused.begin(), refused.end(), std::uint64_t{0});
}

Result<void> LogReader::set_format(std::string_view format) {
  if (!layout_of(format).usable()) {
    return Error{
        "name the fields of both addresses, as in "
        "'${srcaddr} ${dstaddr}'",
        ErrorKind::usage};
  }
  format_ = format;
  return {};
}

void LogReader::read(const std::string& path) {
  LogInput input(*this, path);
  auto opened = FileStream::open(path);
  if (opened) {
    read_stream(input, std::move(*opened));
  } else {
    give_up(input, opened.error());
  }
  input.close();
}

void LogReader::read_text(const std::string& name, Bytes octets) {
  LogInput input(*this, name);
  read_stream(input, std::make_unique<MemoryStream>(octets));
  input.close();
}

std::string_view to_word(LineFault fault) noexcept {
  switch (fault) {
    case LineFault::field_count:
      return "field_count";
    case LineFault::bad_value:
      return "bad_value";
    case LineFault::no_value:
      return "no_value";
    case LineFault::no_format:
      return "no_format";
    case LineFault::not_json:
      return "not_json";
    case LineFault::too_long:
      return "too_long";
    case LineFault::cut_off:
      break;
  }
  return "cut_off";
}

std::string_view to_word(LogProvider provider) noexcept {
  switch (provider) {
    case LogProvider::aws_vpc:
      return "aws_vpc";
    case LogProvider::aws_tgw:
      return "aws_tgw";
    case LogProvider::gcp:
      return "gcp";
    case LogProvider::azure:
      break;
  }
  return "azure";
}

}  // namespace netlat
