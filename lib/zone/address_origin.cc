#include "netlat/zone/address_origin.h"

#include <maxminddb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cstring>

namespace netlat {

namespace {

constexpr const char* kFolders[] = {"/var/lib/GeoIP", "/usr/share/GeoIP"};
// City says all that Country does.
constexpr const char* kNames[] = {"GeoLite2-ASN.mmdb", "GeoLite2-Country.mmdb",
                                  "GeoLite2-City.mmdb"};

std::string text_at(MMDB_entry_s& entry, const char* const* path) {
  MMDB_entry_data_s data{};
  if (MMDB_aget_value(&entry, &data, path) != MMDB_SUCCESS || !data.has_data ||
      data.type != MMDB_DATA_TYPE_UTF8_STRING) {
    return {};
  }
  return {data.utf8_string, data.data_size};
}

std::uint32_t number_at(MMDB_entry_s& entry, const char* const* path) {
  MMDB_entry_data_s data{};
  if (MMDB_aget_value(&entry, &data, path) != MMDB_SUCCESS || !data.has_data ||
      data.type != MMDB_DATA_TYPE_UINT32) {
    return 0;
  }
  return data.uint32;
}

}  // namespace

struct OriginFiles::File {
  MMDB_s db{};
  bool open = false;

  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (open) MMDB_close(&db);
  }

  MMDB_lookup_result_s look_up(const IpAddress& address) const {
    int error = MMDB_SUCCESS;
    const auto octets = address.bytes();
    sockaddr_in6 v6{};
    sockaddr_in v4{};
    const void* whole = &v6;
    if (address.is_v4()) {
      v4.sin_family = AF_INET;
      std::memcpy(&v4.sin_addr, &octets[12], 4);
      whole = &v4;
    } else {
      v6.sin6_family = AF_INET6;
      std::memcpy(&v6.sin6_addr, octets.data(), octets.size());
    }
    auto found =
        MMDB_lookup_sockaddr(&db, static_cast<const sockaddr*>(whole), &error);
    if (error != MMDB_SUCCESS) found.found_entry = false;
    return found;
  }
};

OriginFiles::OriginFiles() = default;
OriginFiles::OriginFiles(OriginFiles&&) noexcept = default;
OriginFiles& OriginFiles::operator=(OriginFiles&&) noexcept = default;
OriginFiles::~OriginFiles() = default;

Result<OriginFiles> OriginFiles::open(const std::vector<std::string>& paths) {
  OriginFiles out;
  for (const std::string& path : paths) {
    auto file = std::make_unique<File>();
    const int status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &file->db);
    if (status == MMDB_FILE_OPEN_ERROR) {
      return Error{path + ": cannot be opened"};
    }
    if (status != MMDB_SUCCESS) {
      return Error{path + ": no MaxMind DB: " + MMDB_strerror(status)};
    }
    file->open = true;
    out.files_.push_back(std::move(file));
  }
  return out;
}

AddressOrigin OriginFiles::of(const IpAddress& address) const {
  static constexpr const char* kNumber[] = {"autonomous_system_number",
                                            nullptr};
  static constexpr const char* kHolder[] = {"autonomous_system_organization",
                                            nullptr};
  static constexpr const char* kCountry[] = {"country", "iso_code", nullptr};
  AddressOrigin out;
  for (const auto& file : files_) {
    MMDB_lookup_result_s found = file->look_up(address);
    if (!found.found_entry) continue;
    if (out.as_number == 0) {
      out.as_number = number_at(found.entry, kNumber);
      out.as_name = text_at(found.entry, kHolder);
    }
    if (out.country.empty()) out.country = text_at(found.entry, kCountry);
  }
  return out;
}

std::vector<std::string> default_origin_files() {
  std::vector<std::string> out;
  for (const char* name : kNames) {
    for (const char* folder : kFolders) {
      std::string path = std::string(folder) + '/' + name;
      if (access(path.c_str(), R_OK) != 0) continue;
      out.push_back(std::move(path));
      break;
    }
  }
  return out;
}

}  // namespace netlat
