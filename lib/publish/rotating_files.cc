#include "netlat/publish/rotating_files.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "lib/publish/compressor.h"
#include "lib/publish/own_files.h"
#include "netlat/base/privilege.h"
#include "netlat/report/lost_json.h"

namespace netlat {

namespace {

constexpr std::string_view kPart = ".part";
constexpr OwnNames kNames = {"netlat-", ".ndjson"};
constexpr auto kRetryEvery = std::chrono::seconds(10);

}  // namespace

RotatingFiles::RotatingFiles(const FilePlan& plan)
    : plan_(plan), compressor_(make_compressor(plan.compression)) {}

RotatingFiles::~RotatingFiles() {
  close();
  if (lock_ >= 0) ::close(lock_);
  if (directory_ >= 0) ::close(directory_);
}

Result<std::unique_ptr<RotatingFiles>> RotatingFiles::open(
    const FilePlan& plan) {
  std::unique_ptr<RotatingFiles> files(new RotatingFiles(plan));
  if (auto taken = files->take_directory(); !taken) {
    return std::move(taken.error()).within("records in " + plan.directory);
  }
  files->adopt_leftovers();
  return files;
}

Result<void> RotatingFiles::take_directory() {
  const auto failed = [](const char* what) {
    const ErrorKind kind = errno == EACCES || errno == EPERM || errno == EROFS
                               ? ErrorKind::permission
                               : ErrorKind::input;
    return Error{what + refusal_text(errno), kind};
  };
  directory_ =
      ::open(plan_.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory_ < 0) return failed("");
  lock_ = openat(directory_, ".netlat.lock",
                 O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (lock_ < 0) return failed("cannot be written to: ");
  if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    return Error{"another netlat capture writes there", ErrorKind::usage};
  }
  return {};
}

void RotatingFiles::adopt_leftovers() {
  for (const std::string& name : own_files(directory_, kNames)) {
    if (!name.ends_with(kPart)) continue;
    const std::string whole = name.substr(0, name.size() - kPart.size());
    (void)renameat2(directory_, name.c_str(), directory_, whole.c_str(),
                    RENAME_NOREPLACE);
  }
}

bool RotatingFiles::begin_file() {
  const std::time_t now = std::time(nullptr);
  // A clock that stands still or stepped back finds the name taken.
  for (int tries = 0; tries < 1000; ++tries) {
    name_ = fmt::format("{}{:%Y%m%dT%H%M%SZ}-{:06}{}{}", kNames.prefix,
                        fmt::gmtime(now), number_++, kNames.stem,
                        compressor_->suffix());
    struct stat what {};
    const bool taken =
        fstatat(directory_, name_.c_str(), &what, AT_SYMLINK_NOFOLLOW) == 0;
    if (taken) continue;
    fd_ = openat(directory_, (name_ + std::string(kPart)).c_str(),
                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
    if (fd_ >= 0 || errno != EEXIST) break;
  }
  written_ = 0;
  begun_ = Clock::now();
  return fd_ >= 0;
}

void RotatingFiles::end_file() {
  if (fd_ < 0) return;
  (void)fsync(fd_);
  ::close(std::exchange(fd_, -1));
  const std::string part = name_ + std::string(kPart);
  if (written_ == 0) {
    (void)unlinkat(directory_, part.c_str(), 0);
    return;
  }
  (void)renameat2(directory_, part.c_str(), directory_, name_.c_str(),
                  RENAME_NOREPLACE);
  (void)fsync(directory_);
}

void RotatingFiles::fail(const char* what) {
  if (!failing_) {
    news_.push_back(fmt::format(
        "records in {}: {}: {}; they are counted until there is room",
        plan_.directory, what, std::strerror(errno)));
  }
  failing_ = true;
  retry_ = Clock::now() + kRetryEvery;
  if (fd_ >= 0 && ftruncate(fd_, static_cast<off_t>(written_)) == 0) {
    (void)lseek(fd_, static_cast<off_t>(written_), SEEK_SET);
  }
  lost_ += line_count_;
  untold_ += line_count_;
}

bool RotatingFiles::put(const std::string& octets) {
  std::size_t at = 0;
  while (at < octets.size()) {
    const ssize_t n = write(fd_, octets.data() + at, octets.size() - at);
    if (n > 0) {
      at += static_cast<std::size_t>(n);
    } else if (n == 0 || errno != EINTR) {
      return false;
    }
  }
  written_ += octets.size();
  return true;
}

void RotatingFiles::write_out() {
  if (lines_.empty()) return;
  if (failing_ && Clock::now() < retry_) {
    lost_ += line_count_;
    untold_ += line_count_;
  } else {
    if (untold_ > 0) {
      JsonWriter json;
      lines_.insert(0, lost_line(json, {"file", untold_}));
    }
    const std::string& octets = compressor_->compress(lines_);
    const bool full = fd_ >= 0 && written_ > 0 &&
                      (written_ + octets.size() > plan_.most_octets ||
                       Clock::now() - begun_ >= plan_.most_time);
    if (full) end_file();
    keep_quota(directory_, kNames, name_ + std::string(kPart), plan_.quota,
               octets.size());
    if (fd_ < 0 && !begin_file()) {
      fail("a new file");
    } else if (!put(octets)) {
      fail("writing");
    } else {
      if (failing_) {
        news_.push_back(fmt::format("records in {}: written again, {} lost",
                                    plan_.directory, untold_));
      }
      failing_ = false;
      untold_ = 0;
    }
  }
  lines_.clear();
  line_count_ = 0;
}

void RotatingFiles::append(std::string_view line) {
  // A second of a busy host may be long; its pieces are whole as well.
  constexpr std::size_t kPiece = std::size_t{4} << 20;
  lines_ += line;
  ++line_count_;
  if (lines_.size() >= kPiece) write_out();
}

void RotatingFiles::tick() {
  write_out();
}

void RotatingFiles::close() {
  write_out();
  end_file();
}

void RotatingFiles::set_limits(const FilePlan& plan) {
  plan_.most_octets = plan.most_octets;
  plan_.most_time = plan.most_time;
  plan_.quota = plan.quota;
}

std::vector<std::string> RotatingFiles::take_news() {
  return std::exchange(news_, {});
}

}  // namespace netlat
