#include "lib/probe/target_check.h"

#include <algorithm>

namespace netlat {

namespace {

// Enough for any way there is.
constexpr std::uint8_t kHops = 64;

}  // namespace

std::unique_ptr<TargetCheck> TargetCheck::open(const ProbePlan& plan,
                                               Nanos now) {
  std::unique_ptr<TargetCheck> check(new TargetCheck);
  ProbePlan echo = plan;
  echo.protocol = ProbeProtocol::icmp;
  echo.port = echo.source_port = 0;
  auto lane = open_datagram_lane(echo, 0, check->registry_);
  if (!lane) return nullptr;
  check->lane_ = std::move(*lane);
  check->rounds_ = plan.rounds;
  check->due_ = now;
  return check;
}

void TargetCheck::send(Nanos now, Nanos interval) {
  ++sent_;
  due_ = sent_ < rounds_ ? now + interval : Nanos::max();
  if (!lane_->send(kHops, sent_, 0)) return;
  out_.push_back(registry_.next() - 1);
}

void TargetCheck::receive() {
  lane_->receive(answers_);
  for (const Answer& answer : answers_) {
    const SentProbe& probe = *registry_.find(answer.probe);
    std::erase(out_, answer.probe);
    if (probe.sent_steady < counted_from_) continue;
    if (answer.kind != AnswerKind::reached) {
      // Who refuses it says nothing of loss.
      if (answer.late) --report_.expired;
    } else if (answer.late) {
      --report_.expired;
      ++report_.late;
    } else {
      ++report_.answered;
    }
  }
  answers_.clear();
}

void TargetCheck::expire(Nanos now, Nanos patience) {
  std::erase_if(out_, [&](std::uint64_t number) {
    SentProbe* probe = registry_.find(number);
    if (probe == nullptr) return true;
    if (now < probe->sent_steady + patience) return false;
    registry_.settle(*probe, ProbeState::expired);
    if (probe->sent_steady >= counted_from_) ++report_.expired;
    return true;
  });
}

Nanos TargetCheck::oldest() const {
  if (out_.empty()) return Nanos::max();
  return registry_.find(out_.front())->sent_steady;
}

void TargetCheck::reset() {
  counted_from_ = Instant::now().steady;
  report_ = {};
}

EchoReport TargetCheck::report() const {
  return report_;
}

}  // namespace netlat
