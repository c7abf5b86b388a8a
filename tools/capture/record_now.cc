#include "tools/capture/record_now.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "netlat/base/safe_text.h"
#include "netlat/base/stop_signal.h"
#include "netlat/publish/feed_client.h"
#include "netlat/term/record_parser.h"

namespace netlat {

namespace {

using Clock = std::chrono::steady_clock;
// It goes on for five seconds after its moment; then it is written.
constexpr std::chrono::seconds kLongest(30);
// Longer than any record of ours.
constexpr std::size_t kLongestLine = std::size_t{16} << 20;

Stamp time_now() {
  return Stamp(std::chrono::floor<std::chrono::microseconds>(
      std::chrono::system_clock::now().time_since_epoch()));
}

// Reads records until one tells of a recording that was over after `asked`: of
// earlier ones the last minute's records tell, too.
class Answer {
 public:
  explicit Answer(Stamp asked) : asked_(asked) {}

  std::optional<RecordingNote> take(std::string_view octets) {
    buffer_ += octets;
    std::size_t start = 0;
    std::optional<RecordingNote> found;
    for (std::size_t end = buffer_.find('\n'); end != buffer_.npos && !found;
         end = buffer_.find('\n', start)) {
      found = read(std::string_view(buffer_).substr(start, end - start));
      start = end + 1;
    }
    buffer_.erase(0, start);
    return found;
  }
  bool too_long() const { return buffer_.size() > kLongestLine; }

 private:
  std::optional<RecordingNote> read(std::string_view line) {
    auto record = parser_.parse(line);
    if (!record) return std::nullopt;
    const auto* const note = std::get_if<RecordingNote>(&*record);
    if (note == nullptr || note->time < asked_) return std::nullopt;
    return *note;
  }

  Stamp asked_;
  std::string buffer_;
  RecordParser parser_;
};

Result<std::string> await_answer(int feed, Stamp asked) {
  const Clock::time_point enough = Clock::now() + kLongest;
  std::array<char, 1U << 16> piece{};
  for (Answer answer(asked); !answer.too_long() && !stop_asked();) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(enough - Clock::now());
    if (left.count() <= 0) {
      return Error{
          fmt::format("it has not answered within {} s", kLongest.count())};
    }
    pollfd news{feed, POLLIN, 0};
    if (poll(&news, 1, static_cast<int>(left.count())) <= 0) continue;
    const ssize_t n = read(feed, piece.data(), piece.size());
    if (n <= 0) return Error{"the capture ended before it answered"};
    auto note = answer.take({piece.data(), static_cast<std::size_t>(n)});
    if (!note) continue;
    if (note->file.empty()) return Error{std::move(note->problem)};
    return std::move(note->file);
  }
  return Error{stop_asked() ? "left before it answered"
                            : "this is no socket of netlat capture"};
}

}  // namespace

Result<std::string> record_now(const std::string& socket) {
  auto feed = attach_to_feed(socket);
  if (!feed) return std::move(feed.error());
  const Stamp asked = time_now();
  auto done = ask_recording(feed->fd);
  auto file = done ? await_answer(feed->fd, asked)
                   : Result<std::string>(std::move(done.error()));
  close(feed->fd);
  if (!file) return std::move(file.error()).within(SafeText(feed->path).str());
  return file;
}

}  // namespace netlat
