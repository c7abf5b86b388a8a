#pragma once
// Flow logs that are JSON: CloudWatch's envelopes around AWS text, entries of
// Google Cloud Logging, Azure's blobs.

#include "lib/flowlog/log_input.h"
#include "lib/source/byte_stream.h"

namespace netlat {

/// Reads to the end; what is wrong becomes problems of `input`.
void read_json_log(LogInput& input, ByteStream& stream);

}  // namespace netlat
