#include "netlat/measure/flow_samples.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "netlat/measure/exponential_histogram.h"
#include "netlat/measure/latencies.h"
#include "netlat/measure/service_table.h"

namespace netlat {
namespace {

constexpr std::array kAll = {
    Distribution::server_network, Distribution::server_ack,
    Distribution::client_network, Distribution::client_ack,
    Distribution::service,        Distribution::elapsed};
constexpr std::array kKinds = {
    SampleKind::server_network, SampleKind::server_other,
    SampleKind::client_network, SampleKind::client_other,
    SampleKind::service,        SampleKind::elapsed};

// Each distribution with the kinds of sample that belong to it.
struct Model {
  std::array<ExponentialHistogram, kDistributions> histogram;

  const ExponentialHistogram& operator[](Distribution d) const {
    return histogram[static_cast<std::size_t>(d)];
  }
  void add_to(Distribution d, Nanos value) {
    histogram[static_cast<std::size_t>(d)].add(value);
  }
  void add(SampleKind kind, Nanos value) {
    switch (kind) {
      case SampleKind::server_network:
        add_to(Distribution::server_network, value);
        [[fallthrough]];
      case SampleKind::server_other:
        return add_to(Distribution::server_ack, value);
      case SampleKind::client_network:
        add_to(Distribution::client_network, value);
        [[fallthrough]];
      case SampleKind::client_other:
        return add_to(Distribution::client_ack, value);
      case SampleKind::service:
        return add_to(Distribution::service, value);
      case SampleKind::elapsed:
        return add_to(Distribution::elapsed, value);
    }
  }
};

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

void expect_model(FlowSamples& samples, std::uint32_t connection,
                  const Model& model) {
  const Latencies latencies(samples, connection);
  for (const auto d : kAll) {
    expect_same(latencies.quantiles(d), model[d].quantiles());
  }
  FlowRecord filled;
  latencies.fill(filled);
  expect_same(filled.server_rtt.ack,
              model[Distribution::server_ack].quantiles());
  expect_same(filled.elapsed, model[Distribution::elapsed].quantiles());
  // Into empty histograms, and again into what is then there.
  ServiceStats stats;
  latencies.add_to(stats.latency);
  for (const auto d : kAll) ASSERT_TRUE(stats[d] == model[d]);
  latencies.add_to(stats.latency);
  for (const auto d : kAll) {
    ExponentialHistogram twice = model[d];
    twice.merge(model[d]);
    ASSERT_TRUE(stats[d] == twice);
  }
  // Asking for one does not spoil the other.
  expect_same(latencies.quantiles(Distribution::service),
              model[Distribution::service].quantiles());
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
    const auto kind = kKinds[random() % kKinds.size()];
    const auto value = random_duration(random);
    samples.add(3, kind, value);
    model.add(kind, value);
  }
  expect_model(samples, 3, model);
}

// Durations around those that need more than one word, in every position of a
// block and of a log.
TEST(FlowSamples, LongDurationsFitInAnywhere) {
  constexpr std::int64_t kHalfASecond = 1LL << 29;
  for (int before = 0; before < 240; ++before) {
    FlowSamples samples;
    Model model;
    const auto add = [&](SampleKind kind, Nanos value) {
      samples.add(0, kind, value);
      model.add(kind, value);
    };
    for (int i = 0; i < before; ++i) {
      add(SampleKind::client_other, Nanos{1'000'000 + i});
    }
    for (const auto ns : {kHalfASecond - 1, kHalfASecond, kHalfASecond + 1,
                          Nanos::max().count()}) {
      add(SampleKind::elapsed, Nanos{ns});
    }
    add(SampleKind::service, Nanos{7'000});
    expect_model(samples, 0, model);
  }
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
    const auto kind = kKinds[random() % kKinds.size()];
    const auto value = random_duration(random);
    samples.add(c, kind, value);
    models[c].add(kind, value);
  }
  for (std::uint32_t c = 0; c < kConnections; ++c) {
    expect_model(samples, c, models[c]);
  }
}

TEST(FlowSamples, UnknownConnectionsAreEmpty) {
  FlowSamples samples;
  samples.release(7);
  const auto n = [&](std::uint32_t connection, Distribution d) {
    return Latencies(samples, connection).quantiles(d).n;
  };
  EXPECT_EQ(n(7, Distribution::service), 0U);
  samples.add(9, SampleKind::service, Nanos{5});
  EXPECT_EQ(n(7, Distribution::service), 0U);
  EXPECT_EQ(n(9, Distribution::elapsed), 0U);
  EXPECT_EQ(n(9, Distribution::service), 1U);
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
  const Row rows[] = {{1, 72},   {15, 72},  {30, 136},
                      {60, 264}, {82, 392}, {225, 968}};
  constexpr std::uint32_t kConnections = 20'480;
  for (const auto& row : rows) {
    FlowSamples samples(kConnections);
    for (int i = 0; i < row.n; ++i) {
      for (std::uint32_t c = 0; c < kConnections; ++c) {
        samples.add(c, kKinds[static_cast<std::size_t>(i) % kKinds.size()],
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
        samples.add(c, kKinds[static_cast<std::size_t>(i) % kKinds.size()],
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
