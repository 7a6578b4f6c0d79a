#include "finding/finding.h"

namespace stockade {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::low:
      return "low";
    case Severity::medium:
      return "medium";
    case Severity::high:
      return "high";
    case Severity::critical:
      return "critical";
  }
  return "";
}

std::optional<Severity> parse_severity(std::string_view text) {
  for (const auto severity :
       {Severity::low, Severity::medium, Severity::high, Severity::critical}) {
    if (text == to_string(severity)) return severity;
  }
  return std::nullopt;
}

std::string_view to_string(Certainty certainty) {
  switch (certainty) {
    case Certainty::configuration:
      return "configuration";
    case Certainty::file_system:
      return "file-system";
    case Certainty::outside:
      return "outside";
  }
  return "";
}

std::string_view to_string(FixRisk risk) {
  switch (risk) {
    case FixRisk::safe:
      return "safe";
    case FixRisk::careful:
      return "careful";
    case FixRisk::decision:
      return "decision";
  }
  return "";
}

}  // namespace stockade
