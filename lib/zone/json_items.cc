#include "lib/zone/json_items.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "netlat/base/safe_text.h"

namespace netlat {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kDeepest = 256;
constexpr std::size_t kLongestKey = 1024;
constexpr std::size_t kLargestItem = std::size_t{16} << 20;
// No value or key, nor the blanks before it, is longer.
constexpr std::size_t kLongestToken = std::size_t{16} << 20;

// Octets of the input in pieces, with their count.
class Feed {
 public:
  explicit Feed(const JsonInput& input) : input_(input) {}

  bool at_end() { return at_ == size_ && !refill(); }
  char current() const { return buffer_[at_]; }
  void advance() { ++at_; }
  /// Octets given out.
  std::uint64_t offset() const { return before_ + at_; }
  /// A token ended here.
  void mark() { marked_ = offset(); }
  const std::optional<Error>& error() const { return error_; }

 private:
  bool refill() {
    if (ended_) return false;
    before_ += size_;
    at_ = size_ = 0;
    ended_ = true;
    if (before_ - marked_ > kLongestToken) {
      error_ = Error{
          fmt::format("no value ends within {} MiB", kLongestToken >> 20)};
      return false;
    }
    auto n = input_(buffer_.data(), buffer_.size());
    if (!n) {
      error_ = std::move(n.error());
    } else if (*n > 0) {
      size_ = *n;
      ended_ = false;
    }
    return !ended_;
  }

  const JsonInput& input_;
  std::array<char, 64 * 1024> buffer_;
  std::size_t at_ = 0, size_ = 0;
  std::uint64_t before_ = 0, marked_ = 0;
  bool ended_ = false;
  std::optional<Error> error_;
};

// The feed as the parser wants it.  Copies share the feed.
class FeedIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  FeedIterator() = default;  // the end
  explicit FeedIterator(Feed& feed) : feed_(&feed) {}

  char operator*() const { return feed_->current(); }
  FeedIterator& operator++() {
    feed_->advance();
    return *this;
  }
  // Only ever asked whether the end is reached.
  bool operator!=(const FeedIterator&) const { return !feed_->at_end(); }
  bool operator==(const FeedIterator&) const { return feed_->at_end(); }

 private:
  Feed* feed_ = nullptr;
};

// Events to items.  A function that returns false ends the parsing.
class Events {
 public:
  Events(Feed& feed, const JsonWanted& wanted, JsonSink& sink)
      : feed_(feed), wanted_(wanted), sink_(sink) {}

  void begin_document() {
    path_.clear();
    levels_.clear();
    in_item_ = false;
    document_.open({});
  }
  Result<void> end_document() { return sink_.end(document_); }
  Error error() const {
    Error e = error_.value_or(Error{"not JSON"});
    if (feed_.error()) e = *feed_.error();
    const std::string in = shown_path();
    return std::move(e).within(fmt::format("byte {}{}", feed_.offset(),
                                           in.empty() ? "" : ", in " + in));
  }

  bool null() { return next(); }
  bool boolean(bool value) { return keep(value ? "true" : "false"); }
  bool number_integer(Json::number_integer_t n) {
    return keep(std::to_string(n));
  }
  bool number_unsigned(Json::number_unsigned_t n) {
    return keep(std::to_string(n));
  }
  bool number_float(Json::number_float_t, const std::string& text) {
    return keep(text);
  }
  bool binary(Json::binary_t&) { return next(); }
  bool string(std::string& text) { return keep(std::move(text)); }

  bool start_object(std::size_t) {
    if (!in_item_ && !levels_.empty()) {
      const auto found =
          std::find(wanted_.objects.begin(), wanted_.objects.end(), path_);
      if (found != wanted_.objects.end()) {
        in_item_ = true;
        item_level_ = levels_.size();
        item_.open(*found);
      }
    }
    return open(false);
  }
  bool key(std::string& name) {
    feed_.mark();
    Level& level = levels_.back();
    path_.resize(level.path_size);
    if (!path_.empty()) path_ += '.';
    path_.append(name, 0, kLongestKey);
    return true;
  }
  bool end_object() {
    close();
    if (in_item_ && levels_.size() == item_level_) {
      in_item_ = false;
      if (auto done = sink_.item(item_, document_); !done) {
        error_ = std::move(done.error());
        return false;
      }
    }
    return next();
  }
  bool start_array(std::size_t) {
    if (!open(true)) return false;
    // "Reservations[]" leads to "Reservations[].Instances[]".
    for (const std::string_view object : wanted_.objects) {
      if (!object.starts_with(path_)) continue;
      sink_.list();
      break;
    }
    return true;
  }
  bool end_array() {
    close();
    return next();
  }
  bool parse_error(std::size_t, const std::string& token,
                   const nlohmann::detail::exception&) {
    if (feed_.at_end()) {
      error_ = Error{"the document ends in the middle"};
    } else {
      constexpr std::size_t kEnough = 40;
      const std::size_t from = token.size() - std::min(token.size(), kEnough);
      error_ = Error{"not JSON at " + SafeText(token.substr(from)).str()};
    }
    return false;
  }

 private:
  struct Level {
    std::size_t path_size;  // of the path up to here, "[]" included
    std::size_t own_at;     // where this level's part of it begins
    bool array;
    std::uint32_t index = 0;
  };

  bool open(bool array) {
    feed_.mark();
    if (levels_.size() == kDeepest) {
      error_ = Error{fmt::format("nested deeper than {} levels", kDeepest)};
      return false;
    }
    const std::size_t own = levels_.empty() ? 0 : levels_.back().path_size;
    if (array) path_ += "[]";
    levels_.push_back({path_.size(), own, array});
    return true;
  }
  // Back to the path of the value that ends.
  void close() { levels_.pop_back(); }
  // A value has ended: the next of an array has another index.
  bool next() {
    feed_.mark();
    if (levels_.empty()) return true;
    Level& level = levels_.back();
    path_.resize(level.path_size);
    if (level.array) ++level.index;
    return true;
  }

  bool keep(std::string text) {
    JsonItem& item = in_item_ ? item_ : document_;
    std::string_view path = path_;
    if (in_item_) {
      path.remove_prefix(std::min(path.size(), item.where().size() + 1));
    }
    const auto found = wanted_.values.find(path);
    if (found != wanted_.values.end()) {
      item.add(*found, group(), std::move(text));
      if (item.size() > kLargestItem) {
        error_ = Error{fmt::format("one object keeps more than {} MiB",
                                   kLargestItem >> 20)};
        return false;
      }
    }
    return next();
  }
  // Index in the outermost array within the item.
  std::uint32_t group() const {
    for (std::size_t i = in_item_ ? item_level_ + 1 : 0; i < levels_.size();
         ++i) {
      if (levels_[i].array) return levels_[i].index;
    }
    return 0;
  }

  std::string shown_path() const {
    std::string shown;
    for (const Level& level : levels_) {
      std::string part =
          path_.substr(level.own_at, level.path_size - level.own_at);
      if (level.array) {
        part.resize(part.size() - 2);
        part += fmt::format("[{}]", level.index);
      }
      shown += part;
    }
    if (!levels_.empty()) shown += path_.substr(levels_.back().path_size);
    return SafeText(shown).str();
  }

  Feed& feed_;
  const JsonWanted& wanted_;
  JsonSink& sink_;
  std::string path_;
  std::vector<Level> levels_;
  bool in_item_ = false;
  std::size_t item_level_ = 0;
  JsonItem item_, document_;
  std::optional<Error> error_;
};

bool skip_blanks(Feed& feed) {
  while (!feed.at_end()) {
    const char c = feed.current();
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return true;
    feed.advance();
  }
  return false;
}

}  // namespace

Result<void> read_json_items(const JsonInput& input, const JsonWanted& wanted,
                             JsonSink& sink) {
  const auto feed = std::make_unique<Feed>(input);
  Events events(*feed, wanted, sink);
  while (skip_blanks(*feed)) {
    events.begin_document();
    const bool ok = Json::sax_parse(FeedIterator(*feed), FeedIterator(),
                                    &events, Json::input_format_t::json, false);
    if (!ok) return events.error();
    if (auto done = events.end_document(); !done) return done;
  }
  if (feed->error()) return events.error();
  return {};
}

}  // namespace netlat
