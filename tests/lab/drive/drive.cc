#include "tests/lab/drive/drive.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "tests/lab/common/values.h"

namespace lab::load {

const char* const kClientLogHeader =
    "id\tattempt\tshape\tlocal\tremote\tintended_ns\tasked_ns\tqueued_ns\t"
    "connect_start_ns\tconnect_end_ns\ttls_end_ns\tsent_ns\tlast_sent_ns\t"
    "first_byte_ns\tlast_byte_ns\toutcome";

Drive::Drive(const Stage& stage)
    : stage_(stage),
      targets_(stage.loop, stage.connections),
      pace_(stage.loop,
            [this](const ReadPace& pace) {
              targets_.settings().pace = pace;
              targets_.update_pace();
            }),
      schedule_(stage.loop, random_, [this](int64_t due_ns, uint64_t user) {
        begin(due_ns, user);
      }) {}

Drive::~Drive() {
  stopped_ = true;
  schedule_.off();
  targets_.stop();
}

void Drive::begin(int64_t due_ns, uint64_t user) {
  if (left_ == 0 || stopped_) return;
  if (left_ != PoolSettings::kUnlimited) --left_;
  const int64_t intended_ns = due_ns + realtime_ns() - monotonic_ns();
  const auto exchange = std::make_shared<Exchange>(
      stage_.loop, *this, pick_shape(), retry_, intended_ns);
  exchanges_[exchange->id()] = {exchange, user};
  std::uniform_real_distribution<double> unit(0, 1);
  const bool hedged = hedge_.after_ns > 0 && unit(random_) < hedge_.share;
  exchange->start(hedged ? hedge_.after_ns : 0);
  if (left_ == 0) schedule_.off();
}

const RequestShape& Drive::pick_shape() {
  static const RequestShape kDefault{"default"};
  if (shapes_.empty()) return kDefault;
  std::vector<double> weights;
  for (const RequestShape& shape : shapes_) weights.push_back(shape.weight);
  std::discrete_distribution<size_t> pick(weights.begin(), weights.end());
  return shapes_[pick(random_)];
}

void Drive::on_over(uint64_t id) {
  const auto found = exchanges_.find(id);
  if (found == exchanges_.end()) return;
  const uint64_t user = found->second.user;
  stage_.loop.bury(found->second.exchange);
  exchanges_.erase(found);
  if (stopped_) return;
  schedule_.answered(user);
  if (left_ == 0 && exchanges_.empty()) {
    fmt::print("done\n");
    std::fflush(stdout);
  }
}

void Drive::log(const Attempt& a) {
  const int64_t given_ns = a.given_ns != 0 ? a.given_ns : realtime_ns();
  stage_.requests.row(
      "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t"
      "{}\t{}",
      a.id, a.number, a.shape, a.local, a.remote, a.intended_ns, a.asked_ns,
      given_ns - a.asked_ns, a.connect_start_ns, a.connect_end_ns, a.tls_end_ns,
      a.sent_ns, a.last_sent_ns, a.first_byte_ns, a.last_byte_ns, a.outcome);
}

}  // namespace lab::load
