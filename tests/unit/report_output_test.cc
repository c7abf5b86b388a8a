#include "netlat/report/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <thread>

namespace netlat {
namespace {

TEST(Output, CarriesMoreThanAPipeHoldsThroughShortWrites) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  std::string sent;
  for (int i = 0; i < 300'000; ++i) sent += static_cast<char>('a' + i % 26);

  std::string received;
  std::thread reader([&] {
    char piece[1000];
    for (ssize_t n; (n = read(ends[0], piece, sizeof piece)) > 0;) {
      received.append(piece, static_cast<std::size_t>(n));
    }
  });
  Output out(ends[1]);
  for (std::size_t at = 0; at < sent.size(); at += 777) {
    out.append(std::string_view(sent).substr(at, 777));
  }
  out.flush();
  close(ends[1]);
  reader.join();
  close(ends[0]);
  EXPECT_EQ(received, sent);
  EXPECT_TRUE(out.usable());
}

TEST(Output, ReportsAFullDeviceOnce) {
  const int fd = open("/dev/full", O_WRONLY);
  if (fd < 0) GTEST_SKIP() << "no /dev/full";
  Output out(fd, "standard output");
  out.append("x");
  EXPECT_TRUE(out.usable());
  out.flush();
  EXPECT_FALSE(out.usable());
  ASSERT_TRUE(out.error());
  EXPECT_EQ(out.error()->message,
            "standard output: No space left on device; "
            "the output is incomplete");
  out.append(std::string(200'000, 'x'));
  out.flush();
  close(fd);
}

TEST(Output, TakesAReaderThatLeftAsTheEnd) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  Output out(ends[1]);
  out.append("x");
  out.flush();
  close(ends[1]);
  EXPECT_TRUE(out.reader_gone());
  EXPECT_FALSE(out.error());
  EXPECT_FALSE(out.usable());
}

}  // namespace
}  // namespace netlat
