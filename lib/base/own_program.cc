#include "netlat/base/own_program.h"

#include <unistd.h>

#include <array>
#include <climits>

namespace netlat {

std::string own_directory() {
  std::array<char, PATH_MAX> path{};
  const ssize_t n = readlink("/proc/self/exe", path.data(), path.size());
  if (n <= 0) return {};
  const std::string whole(path.data(), static_cast<std::size_t>(n));
  return whole.substr(0, whole.rfind('/') + 1);
}

std::string libexec_path(const std::string& name) {
  return own_directory() + "../libexec/netlat/" + name;
}

std::string program_beside(const std::string& name) {
  const std::string own = own_directory();
  if (own.empty() || name.empty() || name.find('/') != std::string::npos) {
    return {};
  }
  for (const std::string& path : {own + name, libexec_path(name)}) {
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

}  // namespace netlat
