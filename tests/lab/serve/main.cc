// lab-serve: a TCP server that answers as its lines say, and writes down when
// it did what.  The lines are described in lines.cc, the program in
// tests/lab/common/program.h.

#include "tests/lab/common/program.h"
#include "tests/lab/serve/serve.h"

int main(int argc, char** argv) {
  return lab::load::run_program(
      argc, argv,
      {"lab-serve", lab::load::kServerLogHeader,
       [](const lab::load::Stage& stage) {
         return std::make_unique<lab::load::Serve>(stage);
       }});
}
