#include "tools/zones/map_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "netlat/base/safe_text.h"
#include "netlat/zone/zone_import.h"

namespace netlat {

namespace {

Error system_error(const std::string& path) {
  return {SafeText(path).str() + ": " + std::strerror(errno),
          errno == EACCES ? ErrorKind::permission : ErrorKind::input};
}

std::string column_line() {
  const std::string header = ZoneImport::header();
  const auto newline = header.find('\n');
  return header.substr(newline + 1, header.size() - newline - 2);
}

bool names_columns(std::string_view line) {
  return line.starts_with("cidr,") ||
         line.find(",cidr") != std::string_view::npos;
}

}  // namespace

Result<std::unique_ptr<MapWriter>> MapWriter::open(const std::string& path,
                                                   bool append) {
  std::unique_ptr<MapWriter> writer(new MapWriter);
  if (path == "-") {
    writer->fd_ = STDOUT_FILENO;
    writer->out_ = std::make_unique<Output>(STDOUT_FILENO);
  } else if (auto done = writer->create(path); !done) {
    return std::move(done.error());
  }
  if (append && access(path.c_str(), F_OK) == 0) {
    if (auto done = writer->copy(path); !done) return std::move(done.error());
  } else {
    writer->out_->append(ZoneImport::header());
  }
  return writer;
}

Result<void> MapWriter::create(const std::string& path) {
  struct stat status {};
  mode_t mode = umask(0);
  (void)umask(mode);
  mode = 0666 & ~mode;
  if (stat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) {
      return Error{SafeText(path).str() +
                       ": is no regular file; write to "
                       "standard output instead",
                   ErrorKind::usage};
    }
    mode = status.st_mode & 0777;
  }
  temporary_ = path + ".XXXXXX";
  path_ = path;
  fd_ = mkstemp(temporary_.data());
  if (fd_ < 0) {
    temporary_.clear();
    return system_error(path);
  }
  if (fchmod(fd_, mode) != 0) return system_error(path);
  out_ = std::make_unique<Output>(fd_, SafeText(path).str());
  return {};
}

Result<void> MapWriter::copy(const std::string& path) {
  std::ifstream in(path);
  if (!in) return system_error(path);
  bool ours = false;
  std::string line;
  while (std::getline(in, line)) {
    seen_.insert(std::hash<std::string_view>{}(line));
    out_->append(line + '\n');
    if (names_columns(line)) ours = line == column_line();
  }
  if (!ours) out_->append(column_line() + '\n');
  return {};
}

void MapWriter::add(std::string_view line) {
  if (!seen_.insert(std::hash<std::string_view>{}(line)).second) return;
  ++added_;
  out_->append(line);
  out_->append("\n");
}

Result<void> MapWriter::finish() {
  out_->flush();
  if (out_->error()) return *out_->error();
  if (temporary_.empty()) return {};
  if (fsync(fd_) != 0 || std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return system_error(path_);
  }
  temporary_.clear();
  return {};
}

MapWriter::~MapWriter() {
  if (path_.empty()) return;
  if (fd_ >= 0) close(fd_);
  if (!temporary_.empty()) (void)unlink(temporary_.c_str());
}

}  // namespace netlat
