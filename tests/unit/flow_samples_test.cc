#include "netlat/measure/flow_samples.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <vector>

namespace netlat {
namespace {

constexpr std::array kAll = {
    Distribution::server_network, Distribution::server_ack,
    Distribution::client_network, Distribution::client_ack,
    Distribution::service,        Distribution::elapsed};

using Model = std::array<ExponentialHistogram, kDistributions>;

void expect_same(const Quantiles& got, const Quantiles& want) {
  ASSERT_EQ(got.n, want.n);
  if (want.n == 0) return;
  ASSERT_EQ(got.min, want.min);
  ASSERT_EQ(got.p50, want.p50);
  ASSERT_EQ(got.p90, want.p90);
  ASSERT_EQ(got.p95, want.p95);
  ASSERT_EQ(got.p99, want.p99);
  ASSERT_EQ(got.max, want.max);
}

void expect_model(const FlowSamples& samples, std::uint32_t connection,
                  const Model& model) {
  for (const auto d : kAll) {
    const auto& want = model[static_cast<std::size_t>(d)];
    expect_same(samples.quantiles(connection, d), want.quantiles());
    ExponentialHistogram merged;
    samples.merge_into(connection, d, merged);
    ASSERT_TRUE(merged == want);
  }
}

Nanos random_duration(std::mt19937_64& random) {
  switch (random() % 8) {
    case 0:
      return Nanos{static_cast<std::int64_t>(random() % 3'000) - 1'000};
    case 1:
      return Nanos{static_cast<std::int64_t>(random() >> 1)};
    default: {
      std::lognormal_distribution<double> around(14.0, 0.4);
      return Nanos{static_cast<std::int64_t>(around(random))};
    }
  }
}

// Any number of samples, in whichever form they are held, answers as the
// histogram does.
TEST(FlowSamples, EqualsTheHistogramAtEverySize) {
  std::mt19937_64 random(1);
  FlowSamples samples;
  Model model;
  for (int n = 0; n < 2'000; ++n) {
    if (n < 600 || n % 97 == 0) expect_model(samples, 3, model);
    const auto d = kAll[random() % kAll.size()];
    const auto value = random_duration(random);
    samples.add(3, d, value);
    model[static_cast<std::size_t>(d)].add(value);
  }
  expect_model(samples, 3, model);
}

TEST(FlowSamples, ManyConnectionsComeAndGo) {
  std::mt19937_64 random(2);
  constexpr std::uint32_t kConnections = 40;
  FlowSamples samples(kConnections / 2);
  std::vector<Model> models(kConnections);
  for (int step = 0; step < 60'000; ++step) {
    const auto c = static_cast<std::uint32_t>(random() % kConnections);
    if (random() % (20U << c % 7) == 0) {
      expect_model(samples, c, models[c]);
      samples.release(c);
      models[c] = Model{};
      expect_model(samples, c, models[c]);
      continue;
    }
    const auto d = kAll[random() % kAll.size()];
    const auto value = random_duration(random);
    samples.add(c, d, value);
    models[c][static_cast<std::size_t>(d)].add(value);
  }
  for (std::uint32_t c = 0; c < kConnections; ++c) {
    expect_model(samples, c, models[c]);
  }
}

TEST(FlowSamples, UnknownConnectionsAreEmpty) {
  FlowSamples samples;
  samples.release(7);
  EXPECT_EQ(samples.quantiles(7, Distribution::service).n, 0U);
  samples.add(9, Distribution::service, Nanos{5});
  EXPECT_EQ(samples.quantiles(7, Distribution::service).n, 0U);
  EXPECT_EQ(samples.quantiles(9, Distribution::elapsed).n, 0U);
  EXPECT_EQ(samples.quantiles(9, Distribution::service).n, 1U);
}

TEST(FlowSamples, ConnectionsWithoutSamplesCostAHandle) {
  constexpr std::size_t kConnections = 1'000'000;
  const FlowSamples samples(kConnections);
  EXPECT_LE(samples.memory_bytes(), 4 * kConnections + 64);
}

// Octets for each connection with n samples, the handle included.
TEST(FlowSamples, MemoryOfOneConnection) {
  struct Row {
    int n;
    std::size_t octets;
  };
  const Row rows[] = {{1, 72},   {6, 72},   {12, 136},
                      {24, 264}, {60, 512}, {224, 768}};
  constexpr std::uint32_t kConnections = 20'480;
  for (const auto& row : rows) {
    FlowSamples samples(kConnections);
    for (int i = 0; i < row.n; ++i) {
      for (std::uint32_t c = 0; c < kConnections; ++c) {
        samples.add(c, kAll[static_cast<std::size_t>(i) % kAll.size()],
                    Nanos{1'000'000 + i * 5'000});
      }
    }
    EXPECT_LE(samples.memory_bytes() / kConnections, row.octets) << row.n;
  }
}

TEST(FlowSamples, ReleasedMemoryIsUsedAgain) {
  FlowSamples samples(3'000);
  std::size_t after_first = 0;
  for (int round = 0; round < 4; ++round) {
    for (std::uint32_t c = 0; c < 3'000; ++c) {
      for (int i = 0; i < static_cast<int>(c % 400); ++i) {
        samples.add(c, kAll[static_cast<std::size_t>(i) % kAll.size()],
                    Nanos{1'000 << i % 20});
      }
    }
    if (round == 0) after_first = samples.memory_bytes();
    EXPECT_EQ(samples.memory_bytes(), after_first) << "round " << round;
    for (std::uint32_t c = 0; c < 3'000; ++c) samples.release(c);
  }
}

}  // namespace
}  // namespace netlat
