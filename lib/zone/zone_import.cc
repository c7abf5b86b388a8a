#include "netlat/zone/zone_import.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <unordered_map>

#include "lib/zone/importers.h"
#include "lib/zone/json_items.h"
#include "lib/zone/map_header.h"
#include "netlat/base/safe_text.h"

namespace netlat {

namespace {

const JsonWanted& wanted() {
  static const JsonWanted all = [] {
    JsonWanted w;
    w.objects = {"Subnets[]",
                 "NetworkInterfaces[]",
                 "Reservations[].Instances[]",
                 "AvailabilityZones[]",
                 "DataResponses[]",
                 "prefixes[]",
                 "ipv6_prefixes[]",
                 "items[]",
                 "value[]",
                 "[]"};
    for (const auto& paths : {aws_paths(), aws_netperf_paths(), gcp_paths(),
                              azure_paths(), kubernetes_paths()}) {
      w.values.insert(paths.begin(), paths.end());
    }
    return w;
  }();
  return all;
}

bool import_by_content(const JsonItem& item, std::string_view list,
                       ImportContext& to) {
  return import_kubernetes(item, list == "List" ? "" : list, to) ||
         import_gcp(item, to) || import_azure(item, to);
}

Result<std::size_t> read_some(int fd, char* into, std::size_t room) {
  for (;;) {
    const ssize_t n = ::read(fd, into, room);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EINTR) return Error{std::strerror(errno)};
  }
}

std::string shown_file(const std::string& path) {
  return path == "-" ? "standard input" : SafeText(path).str();
}

}  // namespace

class ZoneImport::Documents final : public JsonSink {
 public:
  explicit Documents(ImportContext& to) : to_(to) {}

  void list() override { list_seen_ = true; }

  Result<void> item(const JsonItem& item, const JsonItem& document) override {
    const std::string_view where = item.where();
    if (where == "Subnets[]") {
      import_aws_subnet(item, to_);
    } else if (where == "NetworkInterfaces[]") {
      import_aws_interface(item, to_);
    } else if (where == "Reservations[].Instances[]") {
      import_aws_instance(item, to_);
    } else if (where == "AvailabilityZones[]") {
      return import_aws_zone(item, to_);
    } else if (where == "DataResponses[]") {
      import_aws_netperf(item, to_);
    } else if (where == "prefixes[]" || where == "ipv6_prefixes[]") {
      keep_range(aws_range(item));
    } else if (!import_by_content(item, document.get("kind"), to_)) {
      to_.unknown_item(where);
    }
    return {};
  }

  Result<void> end(const JsonItem& document) override {
    for (const ImportedLine& line : ranges_) to_.emit(line);
    ranges_.clear();
    range_of_.clear();
    const bool list = list_seen_;
    list_seen_ = false;
    if (list || import_by_content(document, "", to_)) return {};
    return Error{
        "the document that ends here is nothing netlat knows; it "
        "reads what aws ec2 describe-subnets, kubectl get nodes -o "
        "json and their like print (netlat help zones)"};
  }

 private:
  // A range stands there for AMAZON and again for the service it is of.
  void keep_range(ImportedLine line) {
    const auto [at, added] = range_of_.emplace(line.cidr, ranges_.size());
    if (added) {
      ranges_.push_back(std::move(line));
    } else if (ranges_[at->second].label == "aws:AMAZON") {
      ranges_[at->second] = std::move(line);
    }
  }

  ImportContext& to_;
  bool list_seen_ = false;
  std::vector<ImportedLine> ranges_;
  std::unordered_map<std::string, std::size_t> range_of_;
};

ZoneImport::ZoneImport(ZoneImportOptions options, const ZoneMap* before,
                       Sink sink)
    : context_(std::make_unique<ImportContext>(std::move(options), before,
                                               std::move(sink))) {}
ZoneImport::~ZoneImport() = default;

std::string ZoneImport::header() {
  std::string columns;
  for (const std::string_view c : kZoneColumns) {
    columns += (columns.empty() ? "" : ",") + std::string(c);
  }
  return fmt::format("{} 1\n{}\n", kZoneMapMark, columns);
}

Result<void> ZoneImport::read(const std::string& path) {
  const std::string name = shown_file(path);
  const int fd = path == "-" ? dup(STDIN_FILENO)
                             : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return Error{fmt::format("{}: {}", name, std::strerror(errno)),
                 errno == EACCES ? ErrorKind::permission : ErrorKind::input};
  }
  context_->at(name);
  Documents documents(*context_);
  auto done = read_json_items(
      [fd](char* into, std::size_t room) { return read_some(fd, into, room); },
      wanted(), documents);
  close(fd);
  if (!done) return std::move(done.error()).within(name);
  return {};
}

Result<void> ZoneImport::read_text(const std::string& name,
                                   const std::string& text) {
  context_->at(name);
  Documents documents(*context_);
  std::string_view rest = text;
  auto done = read_json_items(
      [&rest](char* into, std::size_t room) -> Result<std::size_t> {
        const std::size_t n = std::min(room, rest.size());
        std::copy_n(rest.begin(), n, into);
        rest.remove_prefix(n);
        return n;
      },
      wanted(), documents);
  if (!done) return std::move(done.error()).within(name);
  return {};
}

void ZoneImport::finish() {
  context_->finish();
}

const ZoneImportCounts& ZoneImport::counts() const {
  return context_->counts();
}

const std::vector<std::string>& ZoneImport::warnings() const {
  return context_->warnings();
}

}  // namespace netlat
