#include "lib/publish/own_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace netlat {

namespace {

std::uint64_t size_of(int directory, const std::string& name) {
  struct stat what {};
  if (fstatat(directory, name.c_str(), &what, AT_SYMLINK_NOFOLLOW) != 0) {
    return 0;
  }
  return static_cast<std::uint64_t>(what.st_size);
}

}  // namespace

std::vector<std::string> own_files(int directory, const OwnNames& names) {
  std::vector<std::string> found;
  const int again = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const list = again < 0 ? nullptr : fdopendir(again);
  if (list == nullptr) return found;
  while (const dirent* entry = readdir(list)) {
    const std::string_view name = entry->d_name;
    const bool ours =
        name.starts_with(names.prefix) && name.find(names.stem) != name.npos;
    if (ours) found.emplace_back(name);
  }
  closedir(list);
  std::sort(found.begin(), found.end());
  return found;
}

void keep_quota(int directory, const OwnNames& names, std::string_view spared,
                std::uint64_t quota, std::uint64_t more) {
  std::uint64_t total = more;
  std::vector<std::pair<std::string, std::uint64_t>> all;
  for (std::string& name : own_files(directory, names)) {
    const std::uint64_t size = size_of(directory, name);
    total += size;
    if (name != spared) all.emplace_back(std::move(name), size);
  }
  for (const auto& [name, size] : all) {
    if (total <= quota) return;
    if (unlinkat(directory, name.c_str(), 0) == 0) total -= size;
  }
}

}  // namespace netlat
