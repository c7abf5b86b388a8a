// lab-drive: a TCP client that sends requests as its lines say, and writes
// down what became of each.  The lines are described in lines.cc, the program
// in tests/lab/common/program.h.

#include "tests/lab/common/program.h"
#include "tests/lab/drive/drive.h"

int main(int argc, char** argv) {
  return lab::load::run_program(
      argc, argv,
      {"lab-drive", lab::load::kClientLogHeader,
       [](const lab::load::Stage& stage) {
         return std::make_unique<lab::load::Drive>(stage);
       }});
}
