// One request sent once, and what became of it.

#ifndef TESTS_LAB_COMMON_ATTEMPT_H_
#define TESTS_LAB_COMMON_ATTEMPT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace lab::load {

class ClientConnection;

// Times are realtime, 0 where it did not come to that.
struct Attempt {
  uint64_t id = 0;
  uint32_t number = 1;  // of the attempts at this request
  std::string shape;
  int64_t octets = 0;
  int64_t reply_octets = 0;  // 0: as the server has it
  int64_t parts = 1;         // write() calls for the request
  int64_t gap_ns = 0;        // between them

  int64_t intended_ns = 0;       // when the schedule wanted the request
  int64_t asked_ns = 0;          // when a connection was asked for
  int64_t given_ns = 0;          // when one was there to write or connect to
  int64_t connect_start_ns = 0;  // only if this attempt waited for it
  int64_t connect_end_ns = 0;
  int64_t tls_end_ns = 0;
  int64_t sent_ns = 0;
  int64_t last_sent_ns = 0;
  int64_t first_byte_ns = 0;
  int64_t last_byte_ns = 0;
  std::string local = "-";
  std::string remote = "-";

  // Empty while under way; then ok, timeout, refused, reset, closed, stopped
  // or error:TEXT.  What is set first stays.
  std::string outcome;
  std::function<void(Attempt&)> done;  // once
  std::weak_ptr<ClientConnection> connection;
};
using AttemptPtr = std::shared_ptr<Attempt>;

// Numbers no other process on this machine gives.
uint64_t next_request_id();

// Sets the outcome unless there is one, and calls done.
void finish(Attempt& attempt, const std::string& outcome);

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_ATTEMPT_H_
