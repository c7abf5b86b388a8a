#pragma once
// Words that recur, each kept once and known by a number.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace netlat {

using WordId = std::uint32_t;

/// Word 0 is the empty one.  Views stay valid while the table lives, moved or
/// not.
class WordTable {
 public:
  WordTable() { add({}); }

  WordId intern(std::string_view word) {
    const auto found = ids_.find(word);
    return found != ids_.end() ? found->second : add(word);
  }
  std::string_view operator[](WordId id) const { return words_[id]; }
  std::size_t size() const { return words_.size(); }

 private:
  WordId add(std::string_view word) {
    const auto id = static_cast<WordId>(words_.size());
    ids_.emplace(words_.emplace_back(word), id);
    return id;
  }

  std::deque<std::string> words_;
  std::unordered_map<std::string_view, WordId> ids_;
};

/// A table's memory of the last word asked for: in a map, a column tends to
/// say what it said on the line above.
class WordColumn {
 public:
  WordId intern(WordTable& table, std::string_view word) {
    if (word == table[last_]) return last_;
    last_ = table.intern(word);
    return last_;
  }

 private:
  WordId last_ = 0;
};

}  // namespace netlat
