#include "netlat/term/ui_state.h"

#include "netlat/term/top_screen.h"

namespace netlat {

std::string flow_name(const FlowRow& flow) {
  return endpoint_text(flow.client, flow.client_port) + "-" +
         endpoint_text(flow.server, flow.server_port);
}

std::string event_name(const EventRow& event) {
  return std::to_string(event.number);
}

std::size_t list_length(const Snapshot& snapshot, const UiState& ui) {
  switch (ui.view) {
    case View::overview:
      return overview_rows(snapshot, ui).size();
    case View::flows:
      return ui.flows.size();
    case View::zones:
      return snapshot.pairs.size();
    case View::paths:
      return snapshot.hops.size();
    case View::events:
      return snapshot.events.size();
    case View::heat:
      break;
  }
  return 0;
}

std::string list_name(const Snapshot& snapshot, const UiState& ui,
                      std::size_t index) {
  if (index >= list_length(snapshot, ui)) return {};
  switch (ui.view) {
    case View::overview: {
      const std::size_t row = index < ui.rows.size() ? ui.rows[index] : index;
      return overview_rows(snapshot, ui)[row].name;
    }
    case View::flows:
      return flow_name(*ui.flows[index]);
    case View::zones:
      return snapshot.pairs[index].name;
    case View::paths:
      return std::to_string(snapshot.hops[index].ttl) + " " +
             snapshot.hops[index].address;
    case View::events:
      return event_name(snapshot.events[index]);
    case View::heat:
      break;
  }
  return {};
}

}  // namespace netlat
