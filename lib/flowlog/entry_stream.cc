// Problem: an export is one array of gigabytes, a blob one object with a list
// in it, a sink writes an object a line; a tree of the whole is too large, and
// a damaged entry must cost that entry alone.  Method: brackets are counted
// outside of strings.  An entry is an object at the top, in the top array, or
// in a list called "records", "events" or "logEvents" of a top object.  A "{"
// that begins a line is a new top object whatever is open, as no writer that
// indents puts an inner one there; so is anything after a line's end within a
// string.  Cost: a few comparisons an octet; what is inside an entry is parsed
// by a library.

#include "lib/flowlog/entry_stream.h"

#include <algorithm>

namespace netlat {

namespace {

constexpr std::size_t kLongestKey = 16;

bool is_list_name(std::string_view key) {
  return key == "records" || key == "events" || key == "logEvents";
}

}  // namespace

bool EntryStream::fill() {
  if (ended_) return false;
  auto n = stream_.read(buffer_);
  if (!n) error_ = std::move(n.error());
  at_ = 0;
  size_ = n ? *n : 0;
  ended_ = size_ == 0;
  return size_ > 0;
}

void EntryStream::reset() {
  brackets_.clear();
  list_depth_ = 0;
  entry_depth_.reset();
  in_string_ = escaped_ = after_colon_ = skipping_ = false;
}

void EntryStream::begin_entry() {
  entry_depth_ = brackets_.size();
  entry_line_ = line_;
  text_.clear();
  skipping_ = false;
}

LogEntry EntryStream::give(bool damaged) {
  given_ = true;
  return {text_, entry_line_, damaged, skipping_};
}

bool EntryStream::opens_list_of_entries(char c) const {
  return c == '[' && after_colon_ && in_entry() && *entry_depth_ == 0 &&
         brackets_.size() == 1 && is_list_name(string_);
}

EntryStream::Step EntryStream::open(char c) {
  if (opens_list_of_entries(c)) {
    entry_depth_.reset();
    brackets_ += c;
    list_depth_ = brackets_.size();
    return Step::more;
  }
  if (!in_entry() && c == '{' && brackets_.size() == list_depth_) {
    begin_entry();
  } else if (!in_entry() && c == '[' && brackets_.empty()) {
    list_depth_ = 1;
  }
  brackets_ += c;
  return brackets_.size() > kDeepest ? Step::damaged : Step::more;
}

EntryStream::Step EntryStream::close(char c) {
  const char wanted = c == '}' ? '{' : '[';
  if (brackets_.empty() || brackets_.back() != wanted) return Step::damaged;
  brackets_.pop_back();
  if (brackets_.empty()) list_depth_ = 0;
  return in_entry() && brackets_.size() == *entry_depth_ ? Step::entry
                                                         : Step::more;
}

EntryStream::Step EntryStream::step(char c) {
  if (in_string_) {
    if (c == '\n') return Step::damaged;
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
    } else if (string_.size() < kLongestKey) {
      string_ += c;
    }
    return Step::more;
  }
  switch (c) {
    case '"':
      in_string_ = true;
      after_colon_ = false;
      string_.clear();
      return Step::more;
    case ':':
      after_colon_ = true;
      return Step::more;
    case '{':
      if (line_begins_ && in_entry()) return Step::again;
      [[fallthrough]];
    case '[': {
      const Step done = open(c);
      after_colon_ = false;
      return done;
    }
    case '}':
    case ']':
      return close(c);
    case ' ':
    case '\t':
    case '\r':
    case '\n':
      return Step::more;
    default:
      after_colon_ = false;
      return Step::more;
  }
}

std::optional<LogEntry> EntryStream::next() {
  if (given_) {
    given_ = false;
    text_.clear();
    entry_depth_.reset();
    skipping_ = false;
  }
  for (;;) {
    if (at_ == size_ && !fill()) break;
    const auto c = static_cast<char>(buffer_[at_]);
    const Step done = step(c);
    if (done == Step::again) {
      const LogEntry entry = give(true);
      reset();
      return entry;
    }
    ++at_;
    const bool mine = in_entry();
    if (mine && text_.size() < kLongest) {
      text_ += c;
    } else if (mine) {
      skipping_ = true;
    }
    if (!mine && done == Step::damaged) {
      entry_line_ = line_;
      text_.assign(1, c);
    }
    line_begins_ = c == '\n';
    if (line_begins_) ++line_;
    if (done == Step::entry) return give(false);
    if (done != Step::damaged) continue;
    const LogEntry entry = give(true);
    reset();
    return entry;
  }
  cut_off_ = cut_off_ || !brackets_.empty();
  if (!in_entry()) return std::nullopt;
  const LogEntry entry = give(true);
  reset();
  return entry;
}

}  // namespace netlat
