#include "netlat/probe/host_names.h"

#include <ares.h>
#include <netdb.h>
#include <poll.h>

#include <cstring>
#include <set>

#include "lib/probe/socket_address.h"

namespace netlat {

namespace {

// A resolver that does not answer in time is not asked for long: the report
// will not wait for it anyway.
constexpr int kTimeoutMs = 1000, kTries = 2;
constexpr std::size_t kMostAsked = 4096;

struct Library {
  bool ready = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS;
  ~Library() {
    if (ready) ares_library_cleanup();
  }
};

}  // namespace

struct HostNames::State {
  ares_channel channel = nullptr;
  std::set<IpAddress> asked;
  std::map<IpAddress, std::string> known;
  std::size_t pending = 0;

  struct Question {
    State* state;
    IpAddress address;
  };
  static void answered(void* raw, int status, int, char* node, char*) {
    const std::unique_ptr<Question> q(static_cast<Question*>(raw));
    --q->state->pending;
    if (status == ARES_SUCCESS && node != nullptr && node[0] != '\0') {
      q->state->known[q->address] = node;
    }
  }
};

HostNames::HostNames() : state_(std::make_unique<State>()) {
  static const Library library;
  ares_options options{};
  options.timeout = kTimeoutMs;
  options.tries = kTries;
  if (!library.ready ||
      ares_init_options(&state_->channel, &options,
                        ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) != ARES_SUCCESS) {
    state_->channel = nullptr;
  }
}

HostNames::~HostNames() {
  // Open questions are answered with a cancellation.
  if (state_->channel != nullptr) ares_destroy(state_->channel);
}

void HostNames::ask(const IpAddress& address) {
  if (state_->channel == nullptr || state_->asked.size() >= kMostAsked ||
      !state_->asked.insert(address).second) {
    return;
  }
  const auto whole = socket_address(address, 0);
  ++state_->pending;
  ares_getnameinfo(state_->channel, whole.get(), whole.length, ARES_NI_NAMEREQD,
                   &State::answered,
                   new State::Question{state_.get(), address});
}

void HostNames::add_waits(std::vector<pollfd>& out) {
  if (state_->channel == nullptr) return;
  ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
  const int mask = ares_getsock(state_->channel, sockets, ARES_GETSOCK_MAXNUM);
  for (int i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
    short events = 0;
    if (ARES_GETSOCK_READABLE(mask, i)) events |= POLLIN;
    if (ARES_GETSOCK_WRITABLE(mask, i)) events |= POLLOUT;
    if (events != 0) out.push_back({sockets[i], events, 0});
  }
}

void HostNames::serve() {
  if (state_->channel == nullptr) return;
  std::vector<pollfd> waits;
  add_waits(waits);
  poll(waits.data(), waits.size(), 0);
  for (const pollfd& w : waits) {
    const bool in = (w.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
    const bool out = (w.revents & POLLOUT) != 0;
    if (in || out) {
      ares_process_fd(state_->channel, in ? w.fd : ARES_SOCKET_BAD,
                      out ? w.fd : ARES_SOCKET_BAD);
    }
  }
  ares_process_fd(state_->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

void HostNames::wait(std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (state_->pending > 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    std::vector<pollfd> waits;
    add_waits(waits);
    poll(waits.data(), waits.size(), static_cast<int>(left.count()));
    serve();
  }
}

const std::map<IpAddress, std::string>& HostNames::known() const {
  return state_->known;
}

}  // namespace netlat
