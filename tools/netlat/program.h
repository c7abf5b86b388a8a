#pragma once
// Where the tools are and how to become one.

#include <string>

namespace netlat {

/// Path of the program netlat-TOOL: beside this binary, else in
/// ../libexec/netlat from there; empty if there is none.
std::string find_tool(const std::string& tool);

/// Replaces this process; returns only if that fails, with errno.
void become(const std::string& path, char* const* arguments);

/// Shows the manual page of a tool and waits; false if there is no man or no
/// page.  A page beside the binary (../share/man, or ../man in a build tree)
/// goes before an installed one.
bool show_manual(const std::string& page);

}  // namespace netlat
