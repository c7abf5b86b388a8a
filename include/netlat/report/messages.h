#pragma once
// Sentences for the person at the terminal, on standard error.

#include <string>
#include <string_view>
#include <vector>

#include "netlat/base/result.h"

namespace netlat {

/// Any octets on one line: printable ASCII as it is, the rest as \xNN.
std::string one_line(std::string_view text);

/// "netlat analyze: SENTENCE" on standard error.  `tool` is ours.
void complain(std::string_view tool, std::string_view sentence);

/// The first ten of `problems`, then how many there are besides.
void complain_all(std::string_view tool, const std::vector<Error>& problems);

}  // namespace netlat
