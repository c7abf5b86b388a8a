#pragma once
// What is wrong with options that are well-formed each by itself.  An error
// about what the configuration says has its line and key.

#include <memory>
#include <string_view>

#include "netlat/base/result.h"
#include "tools/capture/options.h"
#include "tools/capture/zones.h"

namespace netlat {

/// Names the line of the configuration that has `key`, if one has that counts.
Error wrong_at(const CaptureOptions& options, std::string_view key,
               Error error);

/// Values that do not go together; asks nobody, so it can be done again where
/// nothing may be asked.
Result<void> check_together(const CaptureOptions& options);

/// What this host does not have: interfaces and programs; and a filter that
/// libpcap does not understand.  Needs no privilege.
Result<void> check_host(const CaptureOptions& options);

/// The map, or what is wrong with it.  Null if no file is named.
Result<std::unique_ptr<CaptureZones>> checked_zones(
    const CaptureOptions& options);

/// The program to be run at an alert.
Result<void> check_alert_command(const CaptureOptions& options);

}  // namespace netlat
