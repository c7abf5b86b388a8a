#pragma once
// Programs of the same installation.

#include <string>

namespace netlat {

/// The directory of the running binary with a slash; empty if the kernel does
/// not say.
std::string own_directory();

/// The path of the program `name` beside the running binary, or else in
/// ../libexec/netlat from there; empty if neither is executable for us.  Of
/// `name` with a slash in it: empty, it is no name but a path.
std::string program_beside(const std::string& name);

/// Where program_beside() looks last, whether there is such a program or not.
std::string libexec_path(const std::string& name);

}  // namespace netlat
