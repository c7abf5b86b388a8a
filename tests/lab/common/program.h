// What the two programs have in common: arguments, the file of lines, live
// commands, signals.
//
//   PROGRAM CONFIG --log FILE [--control SOCKET]
//
// "ready" on standard output says that the lines up to the first `wait` have
// been carried out.  Over the control socket (Unix, SOCK_SEQPACKET) each
// message is a line; the answer is "ok" or "error: ...".  SIGTERM and SIGINT
// end the program; both logs are then complete.
//
// Lines of either program:
//   wait DURATION     go on with the next line of the file so much later
//   # comment         also behind a line

#ifndef TESTS_LAB_COMMON_PROGRAM_H_
#define TESTS_LAB_COMMON_PROGRAM_H_

#include <functional>
#include <memory>
#include <string>

#include "tests/lab/common/connection_log.h"
#include "tests/lab/common/line.h"
#include "tests/lab/common/loop.h"
#include "tests/lab/common/table_log.h"

namespace lab::load {

// Carries out lines.
class Actor {
 public:
  virtual ~Actor() = default;
  // Finds fault with a line or, with `apply`, carries it out.  Each line
  // comes first without, and with only if nothing was wrong.
  virtual void read(Line& line, bool apply) = 0;
};

// What an actor is made of; all outlives it.
struct Stage {
  Loop& loop;
  TableLog& requests;
  ConnectionLog& connections;
};

struct ProgramSpec {
  const char* name;
  const char* log_header;
  std::function<std::unique_ptr<Actor>(const Stage&)> make_actor;
};

// The exit status: 0, or 2 for arguments and lines that are wrong.
int run_program(int argc, char** argv, const ProgramSpec& spec);

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_PROGRAM_H_
