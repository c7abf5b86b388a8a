// The wire: packets come in from devices, meet their fate, wait, and leave.

#pragma once

#include <sys/epoll.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/base/result.h"
#include "tests/lab/wire/control.h"
#include "tests/lab/wire/device.h"
#include "tests/lab/wire/log_writer.h"
#include "tests/lab/wire/packet_pool.h"
#include "tests/lab/wire/rest.h"
#include "tests/lab/wire/schedule.h"
#include "tests/lab/wire/segmentation.h"
#include "tests/lab/wire/statistics.h"
#include "tests/lab/wire/topology.h"

namespace lab {

// Both clocks at one moment: due times are monotonic, logs are not.
struct Moment {
  int64_t monotonic_ns;
  int64_t realtime_ns;
  static Moment now();
};

class Wire {
 public:
  // Makes the devices. `control` and `log` outlive the wire; stop_fd becomes
  // readable when the wire shall stop.
  static netlat::Result<std::unique_ptr<Wire>> open(Topology topology,
                                                    Control& control,
                                                    LogWriter& log,
                                                    int stop_fd);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire();

  // Until stop_fd is readable. What is still under way then is logged as
  // dropped by the shutdown.
  void run();

  // One line of JSON.
  std::string statistics(bool with_pairs);

 private:
  struct Port {
    explicit Port(Device opened) : device(std::move(opened)) {}
    Device device;
    Merger merger;
    std::vector<Packet*> merged;  // what the merger holds
  };

  Wire(Topology topology, Control& control, LogWriter& log);
  bool watch(int fd, uint32_t tag) const;
  // Waits for input or the next due time; false if the wire shall stop.
  bool wait_and_receive();
  int wait(std::span<epoll_event> events);

  // Packets in. A packet is owned by one place at a time: a function that
  // takes a Packet* passes it on or gives it back.
  void receive(uint32_t port);
  bool receive_one(uint32_t port);
  bool receive_plain(uint32_t port);
  bool receive_offloaded(uint32_t port);
  void admit(Packet* packet, uint32_t port, const Moment& now);
  void schedule(Packet* packet);
  void schedule_copy(const Packet& packet);

  // Packets of the wire's own.
  void reset_sender(const Packet& packet, const Pair& pair, const Moment& now);
  void refuse_too_big(const Packet& packet, const Pair& pair,
                      const Moment& now);
  Packet* make(uint32_t pair, Verdict verdict, const Moment& now);
  Octets storage_of(Packet& packet) const;
  void inject(Packet* packet, size_t length, const Moment& now);

  // Packets out.
  void release_due();
  void depart(Packet* packet);
  void leave_flow(const Packet& packet);
  void merge(Packet* packet, Port& port);
  void flush(Port& port);
  void finish(Packet* packet, bool taken, const Moment& out);
  void discard(Packet* packet, Reason reason);
  void release_held(Pair& pair);
  void drop_what_is_left();

  // Commands (wire_commands.cc).
  std::string execute(std::string_view line);
  netlat::Result<std::string> carry_out(const Command& command);
  netlat::Result<std::string> reset_flows(const RstCommand& command);
  void release_what_is_no_longer_held();

  Topology topology_;
  Control& control_;
  LogWriter& log_;
  std::vector<Port> ports_;
  PacketPool pool_;
  Schedule schedule_;
  FlowMemory flows_;
  LatenessHistogram lateness_;
  Rest rest_;
  std::vector<uint8_t> scratch_;  // one super-segment
  int epoll_fd_ = -1;
};

// Applies what may be said before the wire exists: all but rst, mark and
// stats.
netlat::Result<void> configure(Topology& topology, const Command& command);

}  // namespace lab
