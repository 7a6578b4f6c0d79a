// The certificates of an example's machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/example_machine.h"

namespace stockade::rules {

// Adds one, and its file where no other fact names that:
//   certificate PATH [names=A,B] [subject="CN=A"] [issuer="CN=CA"] [not-before=2026-01-01]
//     [not-after=2027-01-01] [key=RSA:2048] [signature=NAME] [chain=2] [self-signed] [error="TEXT"]
// What is not said: its names are www.example.org, valid through 2026, RSA:2048, signed by a CA
// with sha256WithRSAEncryption, alone in its file. What is wrong with the fact, or nothing.
std::optional<std::string> add_certificate(ExampleMachine& machine, std::string_view fact);

}  // namespace stockade::rules
