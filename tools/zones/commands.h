#pragma once
// The three things `netlat zones` does.  Each returns its exit status.

#include "tools/zones/options.h"

namespace netlat {

inline constexpr const char* kTool = "netlat zones";

int show(const ShowOptions& options);
int lint(const LintOptions& options);
int import(const ImportOptions& options);

}  // namespace netlat
