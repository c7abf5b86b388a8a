#include "lib/source/libpcap.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <string>
#include <type_traits>

namespace netlat {

namespace {

struct Loaded {
  Libpcap library;
  std::string problem;  // empty: loaded
};

Loaded open_library() {
  Loaded loaded;
  void* handle = nullptr;
  for (const char* name : {"libpcap.so.0.8", "libpcap.so.1"}) {
    handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (handle != nullptr) break;
  }
  const auto find = [&](const char* name, auto& function) {
    void* const symbol = handle != nullptr ? dlsym(handle, name) : nullptr;
    if (symbol == nullptr && loaded.problem.empty()) {
      loaded.problem = dlerror();
    }
    function = reinterpret_cast<std::decay_t<decltype(function)>>(symbol);
  };
  find("pcap_open_dead", loaded.library.open_dead);
  find("pcap_close", loaded.library.close);
  find("pcap_geterr", loaded.library.geterr);
  find("pcap_compile", loaded.library.compile);
  find("pcap_freecode", loaded.library.freecode);
  find("pcap_offline_filter", loaded.library.offline_filter);
  return loaded;
}

}  // namespace

Result<const Libpcap*> Libpcap::load() {
  static const Loaded loaded = open_library();
  if (!loaded.problem.empty()) {
    return Error{
        fmt::format("filters need libpcap, which does not load: {}; "
                    "install it (Debian: libpcap0.8)",
                    loaded.problem)};
  }
  return &loaded.library;
}

}  // namespace netlat
