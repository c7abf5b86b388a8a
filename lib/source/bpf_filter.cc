// libpcap is loaded when the first expression is compiled: it brings D-Bus,
// systemd and libgcrypt along, which take longer to link than a small capture
// takes to read, and few analyses have a filter.

#include "netlat/source/bpf_filter.h"

#include <dlfcn.h>
#include <pcap.h>

#include <utility>
#include <vector>

namespace netlat {

namespace {

constexpr int kSnaplen = 262'144;

/// libpcap's own number of a link type.  The two are the same but for a few
/// that were numbered differently from system to system before files had
/// numbers of their own.
int dlt_of(std::uint32_t link_type) {
  switch (link_type) {
    case 100:
      return DLT_ATM_RFC1483;
    case 101:
      return DLT_RAW;
    case 102:
      return DLT_SLIP_BSDOS;
    case 103:
      return DLT_PPP_BSDOS;
    case 106:
      return DLT_ATM_CLIP;
    case 246:
      return DLT_PFSYNC;
    default:
      return static_cast<int>(link_type);
  }
}

constexpr std::uint32_t kEthernet = 1;

/// What is used of libpcap.  Never unloaded.
struct Libpcap {
  decltype(&pcap_open_dead) open_dead;
  decltype(&pcap_close) close;
  decltype(&pcap_compile) compile;
  decltype(&pcap_geterr) geterr;
  decltype(&pcap_freecode) freecode;
  decltype(&pcap_offline_filter) offline_filter;
};

Result<Libpcap> load_libpcap() {
  // Its own name and Debian's.
  void* library = dlopen("libpcap.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    library = dlopen("libpcap.so.0.8", RTLD_NOW | RTLD_LOCAL);
  }
  Libpcap pcap{};
  const auto find = [&](const char* name, auto& function) {
    using Function = std::remove_reference_t<decltype(function)>;
    function = reinterpret_cast<Function>(dlsym(library, name));
    return function != nullptr;
  };
  const bool found =
      library != nullptr && find("pcap_open_dead", pcap.open_dead) &&
      find("pcap_close", pcap.close) && find("pcap_compile", pcap.compile) &&
      find("pcap_geterr", pcap.geterr) &&
      find("pcap_freecode", pcap.freecode) &&
      find("pcap_offline_filter", pcap.offline_filter);
  if (!found) {
    return Error{std::string("needs libpcap, and there is none: ") + dlerror()};
  }
  return pcap;
}

const Result<Libpcap>& libpcap() {
  static const Result<Libpcap> loaded = load_libpcap();
  return loaded;
}

class Program {
 public:
  static Result<Program> compile(const std::string& expression,
                                 std::uint32_t link_type) {
    if (!libpcap()) return libpcap().error();
    const Libpcap& pcap = *libpcap();
    const std::unique_ptr<pcap_t, decltype(&pcap_close)> dead(
        pcap.open_dead(dlt_of(link_type), kSnaplen), pcap.close);
    if (!dead) return Error{"libpcap cannot start: out of memory"};
    Program program(pcap);
    if (pcap.compile(dead.get(), &program.code_, expression.c_str(), 1,
                     PCAP_NETMASK_UNKNOWN) != 0) {
      return Error{pcap.geterr(dead.get()), ErrorKind::usage};
    }
    return program;
  }
  Program(Program&& other) noexcept
      : pcap_(other.pcap_), code_(std::exchange(other.code_, bpf_program{})) {}
  Program& operator=(Program&& other) noexcept {
    std::swap(code_, other.code_);
    return *this;
  }
  ~Program() { pcap_.freecode(&code_); }

  bool matches(const PacketView& packet) const {
    pcap_pkthdr header{};
    header.caplen = static_cast<bpf_u_int32>(packet.data.size());
    header.len = packet.wire_length;
    return pcap_.offline_filter(&code_, &header, packet.data.data()) != 0;
  }

 private:
  explicit Program(const Libpcap& pcap) : pcap_(pcap) {}

  const Libpcap& pcap_;
  bpf_program code_{};
};

}  // namespace

struct BpfFilter::Programs {
  struct Entry {
    std::uint32_t link_type;
    std::optional<Program> program;
  };

  const Entry& find(std::uint32_t link_type) {
    for (const Entry& entry : entries) {
      if (entry.link_type == link_type) return entry;
    }
    Entry entry{link_type, std::nullopt};
    auto program = Program::compile(expression, link_type);
    if (program) {
      entry.program = std::move(*program);
    } else {
      refused.emplace(link_type, std::move(program.error().message));
    }
    entries.push_back(std::move(entry));
    return entries.back();
  }

  std::string expression;
  std::vector<Entry> entries;
  std::map<std::uint32_t, std::string> refused;
};

Result<BpfFilter> BpfFilter::compile(const std::string& expression) {
  auto program = Program::compile(expression, kEthernet);
  if (!program) {
    return std::move(program.error()).within("filter '" + expression + "'");
  }
  auto programs = std::make_unique<Programs>();
  programs->expression = expression;
  programs->entries.push_back({kEthernet, std::move(*program)});
  return BpfFilter(std::move(programs));
}

BpfFilter::BpfFilter(std::unique_ptr<Programs> programs)
    : programs_(std::move(programs)) {}
BpfFilter::BpfFilter(BpfFilter&&) noexcept = default;
BpfFilter& BpfFilter::operator=(BpfFilter&&) noexcept = default;
BpfFilter::~BpfFilter() = default;

bool BpfFilter::matches(const PacketView& packet, std::uint32_t link_type) {
  const Programs::Entry& entry = programs_->find(link_type);
  return entry.program && entry.program->matches(packet);
}

const std::map<std::uint32_t, std::string>& BpfFilter::refused() const {
  return programs_->refused;
}

}  // namespace netlat
