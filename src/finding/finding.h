// The one vocabulary of all capabilities: whoever wants to tell somebody something makes a Finding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stockade {

enum class Severity : uint8_t { low, medium, high, critical };
std::string_view to_string(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

// How sure Stockade is, by what it looked at.
enum class Certainty : uint8_t {
  configuration,  // certain from the configuration alone
  file_system,    // also saw the files
  outside,        // needs a look from outside to be sure
};
std::string_view to_string(Certainty certainty);

// Where. `file` is absolute, as the audited machine names it; reports make it relative to --root.
struct Place {
  std::string file;
  uint32_t line = 0;    // 1-based; 0 = the file as a whole
  uint32_t column = 0;  // 1-based, bytes; 0 = the whole line
  uint32_t length = 0;  // bytes from `column`; 0 = unknown
  auto operator<=>(const Place&) const = default;
};

// One link of the chain that led to a finding.
struct Evidence {
  Place place;          // may have no file: a fact of the host
  std::string what;     // "grants everybody", "owned by www-data, mode 0777"
  std::string excerpt;  // the source line, or what the machine said
};

// A change of text: the bytes [offset, offset + length) of `file` become `text`.
struct Edit {
  std::string file;
  uint32_t offset = 0;
  uint32_t length = 0;
  std::string text;
  auto operator<=>(const Edit&) const = default;
};

enum class FixRisk : uint8_t {
  safe,      // a reload is enough and nothing that works today stops working
  careful,   // could break an unusual site: `breaks` says which
  decision,  // needs the administrator's answer first
};
std::string_view to_string(FixRisk risk);

struct Fix {
  std::string summary;  // "set ServerTokens to Prod"
  FixRisk risk = FixRisk::safe;
  std::string breaks;       // what stops working if it is applied; empty = nothing known
  std::vector<Edit> edits;  // may be empty: then the summary is an instruction
};

struct Suppression {
  enum class Kind : uint8_t { none, remark, policy };
  Kind kind = Kind::none;
  std::string reason;
  std::string until;  // ISO date or empty
  Place place;
};

struct Finding {
  std::string rule;  // "server-tokens-verbose"
  std::string family;
  Severity severity = Severity::medium;
  Certainty certainty = Certainty::configuration;
  Place place;
  std::string excerpt;  // the source line at `place`
  std::string message;  // one sentence: what is so
  std::string why;      // one sentence: what it means to the owner of this server
  std::vector<Evidence> evidence;
  std::string example;  // a URL or command a reader can try; may be empty
  std::string server;   // label of the virtual host, or empty for the main server
  std::optional<Fix> fix;
  std::vector<std::string> references;  // "CIS 8.1", "STIG AS24-U1-000620", "CWE-200"
  std::string fingerprint;              // survives line shifts; see fingerprint.h
  Suppression suppression;
  std::string directive_path;  // "VirtualHost shop.example:443 > Directory /srv > Options": for the
                               // fingerprint
  std::string argument;        // the offending text, normalised: for the fingerprint
};

// What was not checked, said apart from what is clean.
struct NotChecked {
  std::string rule;  // or empty: a whole area
  std::string what;
  std::string reason;
  std::string remedy;  // "run with sudo"
  auto operator<=>(const NotChecked&) const = default;
};

}  // namespace stockade
