#include "netlat/base/reserved_memory.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include <algorithm>
#include <limits>
#include <memory>

namespace netlat {

namespace {
constexpr std::size_t kStep = std::size_t{2} << 20;  // a huge page of most CPUs

constexpr std::size_t kSmall = ReservedMemory::kSmall;

// The small pages, then whole steps.
constexpr std::size_t in_steps(std::size_t octets) {
  if (octets <= kSmall) return kSmall;
  const std::size_t rest = octets - kSmall;
  return kSmall + (rest / kStep + (rest % kStep != 0 ? 1 : 0)) * kStep;
}
// The next smaller reservation worth trying; 0 after the smallest.
constexpr std::size_t halved(std::size_t size) {
  return size <= kSmall ? 0 : kSmall + (size - kSmall) / kStep / 2 * kStep;
}
static_assert(halved(kSmall + kStep) == kSmall && halved(kSmall) == 0);

// Where a process may have only so much address space (ulimit -v), each
// reservation leaves most of it to the others and to everything else.
std::size_t fair_share() noexcept {
  constexpr rlim_t kReservations = 16;
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return std::numeric_limits<std::size_t>::max();
  }
  return limit.rlim_cur / kReservations;
}
}  // namespace

ReservedMemory::ReservedMemory(std::size_t octets) noexcept {
  constexpr std::size_t kMost = ~std::size_t{0} / 4;
  for (std::size_t size = in_steps(std::min({octets, kMost, fair_share()}));
       size > 0; size = halved(size)) {
    // A step more than asked, so that the steps can be moved to huge pages.
    void* const mapping = mmap(nullptr, size + kStep, PROT_NONE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) continue;
    mapping_ = mapping;
    mapped_ = size + kStep;
    std::size_t room = mapped_ - kSmall;
    void* first_step = static_cast<unsigned char*>(mapping) + kSmall;
    std::align(kStep, size - kSmall, first_step, room);
    data_ = static_cast<unsigned char*>(first_step) - kSmall;
    reserved_ = size;
    // Refused where huge pages are not built in, which is no loss of function.
    madvise(first_step, size - kSmall, MADV_HUGEPAGE);
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
