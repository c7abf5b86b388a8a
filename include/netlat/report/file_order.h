#pragma once
// How the files of a run follow each other in time.
//
// Problem: one file of a rotated capture was not given, or one was given
// twice, and everything below it is a little wrong.  Method: a file continues
// the one before it at the same capture point; what lies between its first
// packet and the last of that one, and how far it reaches back into any file
// that began earlier, is told.  Bias: what stands between two files cannot be
// told from a network that was silent for as long.

#include <optional>
#include <vector>

#include "netlat/report/capture_json.h"

namespace netlat {

/// Fills in `gap_before` and `overlap` of each.
void relate_files(std::vector<CaptureRecord>& files);

/// The gap before files[i] if it is too long to be usual: longer than it takes
/// to change files, and than a thousand packets took on average before or
/// after it.  A file left out of a set has more packets than that.
std::optional<Nanos> hole_before(const std::vector<CaptureRecord>& files,
                                 std::size_t i);

}  // namespace netlat
