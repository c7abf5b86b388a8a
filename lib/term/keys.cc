#include "netlat/term/keys.h"

#include <algorithm>
#include <map>

#include "netlat/term/grid.h"

namespace netlat {

namespace {

struct Named {
  KeyCode code;
  std::string_view name;
};

constexpr Named kNames[] = {
    {U' ', "Space"},        {key::kTab, "Tab"},
    {key::kEnter, "Enter"}, {key::kEscape, "Esc"},
    {key::kUp, "Up"},       {key::kBackspace, "Backspace"},
    {key::kDown, "Down"},   {key::kLeft, "Left"},
    {key::kRight, "Right"}, {key::kPageUp, "PgUp"},
    {key::kHome, "Home"},   {key::kPageDown, "PgDn"},
    {key::kEnd, "End"},     {key::kBackTab, "Shift-Tab"},
    {key::kF1, "F1"},
};

bool holds_in(const KeyBinding& binding, unsigned context) {
  return binding.contexts == 0 || (binding.contexts & context) != 0;
}

}  // namespace

std::string key_name(KeyCode code) {
  for (const Named& named : kNames) {
    if (named.code == code) return std::string(named.name);
  }
  if (code < 0x20) {
    return std::string("Ctrl-") + static_cast<char>(code + 0x40);
  }
  std::string name;
  append_utf8(name, code);
  return name;
}

std::optional<int> find_action(std::span<const KeyBinding> table, KeyCode code,
                               unsigned context) {
  for (const KeyBinding& binding : table) {
    if (!holds_in(binding, context)) continue;
    if (std::find(binding.codes.begin(), binding.codes.end(), code) !=
        binding.codes.end()) {
      return binding.action;
    }
  }
  return std::nullopt;
}

std::vector<std::string> duplicate_keys(std::span<const KeyBinding> table) {
  std::vector<std::string> found;
  std::map<KeyCode, std::vector<const KeyBinding*>> claims;
  for (const KeyBinding& binding : table) {
    for (const KeyCode code : binding.codes) {
      for (const KeyBinding* other : claims[code]) {
        const bool meet = binding.contexts == 0 || other->contexts == 0 ||
                          (binding.contexts & other->contexts) != 0;
        if (!meet) continue;
        found.push_back(key_name(code) + ": " + std::string(other->help) +
                        ", and: " + std::string(binding.help));
      }
      claims[code].push_back(&binding);
    }
  }
  return found;
}

std::string key_names(const KeyBinding& binding) {
  std::string names;
  for (const KeyCode code : binding.codes) {
    if (!names.empty()) names += ", ";
    names += key_name(code);
  }
  return names;
}

std::vector<const KeyBinding*> keys_of(std::span<const KeyBinding> table,
                                       unsigned context) {
  std::vector<const KeyBinding*> found;
  for (const KeyBinding& binding : table) {
    if (holds_in(binding, context)) found.push_back(&binding);
  }
  return found;
}

std::string keys_mdoc(std::span<const KeyBinding> table) {
  std::string out = ".Bl -tag -width \"PgUp, PgDn\" -compact\n";
  for (const KeyBinding& binding : table) {
    out += ".It Ic";
    bool first = true;
    for (const KeyCode code : binding.codes) {
      // A zero-width \& keeps punctuation from being taken for a delimiter.
      out += std::string(first ? " \\&" : " , Ic \\&") + key_name(code);
      first = false;
    }
    out += '\n' + std::string(binding.help) + ".\n";
  }
  return out + ".El\n";
}

}  // namespace netlat
