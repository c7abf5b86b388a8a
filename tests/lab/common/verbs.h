// Lines by their first word, each read by a member of the program it is for.

#ifndef TESTS_LAB_COMMON_VERBS_H_
#define TESTS_LAB_COMMON_VERBS_H_

#include <array>
#include <cstddef>
#include <string_view>

#include "tests/lab/common/line.h"

namespace lab::load {

template <class Program>
struct Verb {
  std::string_view name;
  // `apply`: do it, otherwise only say what is wrong with it.
  void (Program::*read)(Line&, bool apply);
};

template <class Program, std::size_t kCount>
void read_by_verb(const std::array<Verb<Program>, kCount>& verbs,
                  Program& program, Line& line, bool apply) {
  for (const Verb<Program>& verb : verbs) {
    if (verb.name != line.verb()) continue;
    (program.*verb.read)(line, apply);
    return;
  }
  line.fail("no such line: " + line.verb());
}

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_VERBS_H_
