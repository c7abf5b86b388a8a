#pragma once
// Whose network an address is in, from MaxMind DB files.
//
// The files are the user's: GeoLite2-ASN, -Country and -City of MaxMind, or
// others with the same keys, such as DB-IP's.  They are read by libmaxminddb,
// mapped and never copied; a lookup takes a microsecond and asks nobody.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "netlat/base/address.h"
#include "netlat/base/result.h"

namespace netlat {

/// What the files say of an address; 0 and empty where they say nothing.
struct AddressOrigin {
  std::uint32_t as_number = 0;
  std::string as_name;  ///< of the AS's holder; untrusted
  std::string country;  ///< ISO 3166 code; untrusted
};

class OriginFiles {
 public:
  /// Maps the files; of what several say the first counts.
  static Result<OriginFiles> open(const std::vector<std::string>& paths);
  OriginFiles(OriginFiles&&) noexcept;
  OriginFiles& operator=(OriginFiles&&) noexcept;
  ~OriginFiles();

  bool empty() const { return files_.empty(); }
  AddressOrigin of(const IpAddress& address) const;

 private:
  struct File;
  OriginFiles();

  std::vector<std::unique_ptr<File>> files_;
};

/// Those that stand where geoipupdate and Debian's packages put them.
std::vector<std::string> default_origin_files();

}  // namespace netlat
