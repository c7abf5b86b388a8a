// One line of a configuration: a verb, then words and key=value pairs.
//
//   shape page think=normal:30ms:5ms reply=64kB   # a comment
//
// A reader asks for each key it knows; what is absent leaves its variable as
// it was, so a line edits settings as well as it makes them.  The first fault
// is kept, finish() adds what nobody asked for, and the caller reports it.

#ifndef TESTS_LAB_COMMON_LINE_H_
#define TESTS_LAB_COMMON_LINE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/lab/common/address.h"
#include "tests/lab/common/values.h"

namespace lab::load {

class Line {
 public:
  explicit Line(std::string_view text);

  bool empty() const { return verb_.empty() && words_.empty(); }
  const std::string& verb() const { return verb_; }

  // The next word that is not a pair; a fault naming `what` if there is none.
  std::string word(std::string_view what);
  // Takes the word out if it is there.
  bool flag(std::string_view word);

  // Each takes a pair out of the line: true if it was there and good.
  bool text(std::string_view key, std::string& out);
  bool on_off(std::string_view key, bool& out);
  bool integer(std::string_view key, int64_t& out, int64_t least);
  bool size(std::string_view key, int64_t& out, int64_t least);
  bool share(std::string_view key, double& out);
  bool positive(std::string_view key, double& out);
  bool duration(std::string_view key, int64_t& out_ns);
  bool distribution(std::string_view key, Duration& out);
  bool addresses(std::string_view key, std::vector<Address>& out);

  // The same for words, where a value stands without a key.
  std::vector<Address> address_list(std::string_view what);
  int64_t count(std::string_view what);

  // How many words and pairs nobody has asked for yet.
  size_t left() const { return words_.size(); }

  void fail(std::string fault);
  // What is left over becomes a fault.
  void finish();
  bool good() const { return fault_.empty(); }
  const std::string& fault() const { return fault_; }

 private:
  struct Word {
    std::string key;  // empty: a plain word
    std::string value;
  };
  bool take(std::string_view key, std::string& value);
  bool wrong(std::string_view key, std::string_view value,
             std::string_view expected);

  std::string verb_;
  std::vector<Word> words_;
  std::string fault_;
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_LINE_H_
