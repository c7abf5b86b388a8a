#include "netlat/report/probe_metrics.h"

#include <map>

#include "lib/report/hop_words.h"
#include "netlat/report/metric_catalogue.h"
#include "netlat/report/metric_histogram.h"

namespace netlat {

namespace {

using Labels = std::vector<MetricLabel>;

double seconds(Nanos duration) {
  return std::chrono::duration<double>(duration).count();
}

// The families, each opened by its first series.
class Families {
 public:
  void add(Metric metric, Labels labels, double value) {
    family(metric).series.push_back({std::move(labels), value, std::nullopt});
  }
  void add(Metric metric, Labels labels, MetricHistogram histogram) {
    family(metric).series.push_back(
        {std::move(labels), 0, std::move(histogram)});
  }
  void append_to(MetricSet& set) && {
    for (auto& [metric, family] : families_) set.push_back(std::move(family));
  }

 private:
  MetricFamily& family(Metric metric) {
    return families_.try_emplace(metric, empty_family(metric)).first->second;
  }

  std::map<Metric, MetricFamily> families_;
};

Labels target_labels(const ProbePlan& plan) {
  return {{"target", target_name(plan)},
          {"protocol", std::string(protocol_word(plan.protocol))}};
}

Labels with(Labels labels, const char* name, std::string value) {
  labels.push_back({name, std::move(value)});
  return labels;
}

void add_totals(const PathReport& path, const Labels& labels, Families& to) {
  const TargetTotals& t = path.target;
  static const std::vector<double> kBounds = classic_bounds({});
  MetricHistogram histogram = empty_histogram(kBounds);
  add_samples(t.rtt, histogram);
  to.add(Metric::probe_rtt, labels, std::move(histogram));
  for (const auto& [outcome, count] :
       {std::pair{"answered", t.answered}, std::pair{"given_up", t.given_up},
        std::pair{"late", t.late}}) {
    to.add(Metric::probe_target_probes, with(labels, "outcome", outcome),
           static_cast<double>(count));
  }
  double changes = 0;
  for (const LaneReport& lane : path.lanes) changes += lane.epoch;
  to.add(Metric::probe_path_changes, labels, changes);
  to.add(Metric::probe_path_id, labels, static_cast<double>(path_id(path, 0)));
}

// Where lanes or balanced packets meet several addresses at one TTL, the one
// that answered most speaks for it.
std::map<std::uint8_t, const HopRow*> by_ttl(const std::vector<HopRow>& rows) {
  std::map<std::uint8_t, const HopRow*> out;
  for (const HopRow& row : rows) {
    if (row.former || row.answered == 0) continue;
    const HopRow*& best = out[row.ttl];
    if (best == nullptr || row.answered > best->answered) best = &row;
  }
  return out;
}

void add_hops(const std::vector<HopRow>& rows, const Labels& labels,
              Families& to) {
  const HopRow* target = target_row(rows);
  to.add(Metric::probe_reached, labels,
         target != nullptr && target->answered > 0 ? 1.0 : 0.0);
  for (const auto& [ttl, row] : by_ttl(rows)) {
    const Labels hop = with(labels, "ttl", std::to_string(ttl));
    to.add(Metric::probe_hop_rtt, hop,
           seconds(row->rtt.histogram().quantiles().p50));
    if (row->path) to.add(Metric::probe_hop_loss, hop, row->path->share);
  }
}

}  // namespace

void append_probe_metrics(std::span<const ProbedTarget> targets,
                          MetricSet& set) {
  Families families;
  for (const ProbedTarget& target : targets) {
    const Labels labels = target_labels(target.path.plan);
    add_totals(target.path, labels, families);
    add_hops(target.lately, labels, families);
  }
  families.add(Metric::build_info, {{"version", NETLAT_VERSION}}, 1.0);
  std::move(families).append_to(set);
}

}  // namespace netlat
