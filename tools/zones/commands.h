#pragma once
// The three things `netlat zones` does.  Each returns its exit status.

#include "tools/zones/options.h"

namespace netlat {

inline constexpr const char* kTool = "netlat zones";
inline constexpr int kDone = 0;
inline constexpr int kFound = 1;
inline constexpr int kUsage = 2;
inline constexpr int kDamaged = 3;

int show(const ShowOptions& options);
int lint(const LintOptions& options);
int import(const ImportOptions& options);

}  // namespace netlat
