#include "netlat/base/reserved_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <memory>

namespace netlat {

namespace {
constexpr std::size_t kStep = std::size_t{2} << 20;  // a huge page of most CPUs

constexpr std::size_t in_steps(std::size_t octets) {
  return (octets / kStep + (octets % kStep != 0 ? 1 : 0)) * kStep;
}
}  // namespace

ReservedMemory::ReservedMemory(std::size_t octets) noexcept {
  constexpr std::size_t kMost = ~std::size_t{0} / 4;
  for (std::size_t size = in_steps(std::clamp(octets, kStep, kMost));;
       size = in_steps(size / 2)) {
    // A step more than asked, so that the start can be moved to a huge page.
    void* const mapping = mmap(nullptr, size + kStep, PROT_NONE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) {
      if (size == kStep) return;
      continue;
    }
    mapping_ = mapping;
    mapped_ = size + kStep;
    std::size_t room = mapped_;
    void* start = mapping;
    data_ = static_cast<unsigned char*>(std::align(kStep, size, start, room));
    reserved_ = size;
    // Refused where huge pages are not built in, which is no loss of function.
    madvise(data_, reserved_, MADV_HUGEPAGE);
    return;
  }
}

ReservedMemory::~ReservedMemory() {
  if (mapping_ != nullptr) munmap(mapping_, mapped_);
}

bool ReservedMemory::grow_slowly(std::size_t octets) noexcept {
  if (octets > reserved_) return false;
  const std::size_t wanted = in_steps(octets);
  if (mprotect(data_ + usable_, wanted - usable_, PROT_READ | PROT_WRITE) !=
      0) {
    return false;
  }
  usable_ = wanted;
  return true;
}

}  // namespace netlat
