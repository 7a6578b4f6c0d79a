#include "rules/example_certificate.h"

#include <fmt/format.h>

#include <chrono>

#include "base/text.h"

namespace stockade::rules {

namespace {

using Problem = std::optional<std::string>;

// Words between blanks; blanks between double quotes do not count, and the quotes are left out.
std::vector<std::string> quoted_words(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  bool open = false;
  for (char c : text) {
    if (is_blank(c) && !inside) {
      open = false;
      continue;
    }
    if (!open) words.emplace_back();
    open = true;
    if (c == '"') {
      inside = !inside;
    } else {
      words.back() += c;
    }
  }
  return words;
}

// "2026-01-01" -> the first second of that day, UTC.
std::optional<int64_t> parse_day(std::string_view text) {
  const auto parts = split(text, '-');
  if (parts.size() != 3) return std::nullopt;
  const auto year = parse_number(parts[0]);
  const auto month = parse_number(parts[1]);
  const auto day = parse_number(parts[2]);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::sys_days(date)).time_since_epoch().count();
}

host::Certificate default_certificate(std::string_view file) {
  host::Certificate certificate;
  certificate.file = file;
  certificate.names = {"www.example.org"};
  certificate.issuer = "CN=Example CA";
  certificate.not_before = *parse_day("2026-01-01");
  certificate.not_after = *parse_day("2027-01-01");
  certificate.key_type = "RSA";
  certificate.key_bits = 2048;
  certificate.signature = "sha256WithRSAEncryption";
  certificate.chain_length = 1;
  return certificate;
}

Problem set_day(int64_t& seconds, std::string_view value) {
  const auto day = parse_day(value);
  if (!day) return fmt::format("\"{}\" is no day like 2026-01-31", value);
  seconds = *day;
  return std::nullopt;
}

Problem set_number(uint32_t& number, std::string_view value) {
  const auto parsed = parse_number(value);
  if (!parsed || *parsed < 0 || *parsed > 100'000) return fmt::format("\"{}\" is no number", value);
  number = static_cast<uint32_t>(*parsed);
  return std::nullopt;
}

Problem set(host::Certificate& certificate, std::string_view key, std::string_view value) {
  if (key == "not-before") return set_day(certificate.not_before, value);
  if (key == "not-after") return set_day(certificate.not_after, value);
  if (key == "chain") return set_number(certificate.chain_length, value);
  if (key == "names") {
    certificate.names.clear();
    for (std::string_view name : split(value, ',')) certificate.names.emplace_back(name);
  } else if (key == "subject") {
    certificate.subject = value;
  } else if (key == "issuer") {
    certificate.issuer = value;
  } else if (key == "signature") {
    certificate.signature = value;
  } else if (key == "self-signed") {
    certificate.self_signed = true;
  } else if (key == "key") {
    const size_t colon = value.find(':');
    certificate.key_type = value.substr(0, colon);
    certificate.key_bits = certificate.key_type == "ED25519" ? 256 : 0;
    if (colon != std::string_view::npos) {
      return set_number(certificate.key_bits, value.substr(colon + 1));
    }
  } else {
    return fmt::format("\"{}\" is nothing that a certificate has", key);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> add_certificate(ExampleMachine& machine, std::string_view fact) {
  const std::vector<std::string> words = quoted_words(fact);
  if (words.size() < 2 || !words[1].starts_with('/')) return "a certificate needs its path";
  host::Certificate certificate = default_certificate(words[1]);
  for (size_t i = 2; i < words.size(); ++i) {
    const size_t equals = words[i].find('=');
    const std::string_view word = words[i];
    const std::string_view key = word.substr(0, equals);
    const std::string_view value =
        equals == std::string::npos ? std::string_view() : word.substr(equals + 1);
    if (key == "error") {
      certificate = host::Certificate();
      certificate.file = words[1];
      certificate.error = value;
    } else if (Problem problem = set(certificate, key, value)) {
      return problem;
    }
  }
  if (certificate.error.empty() && certificate.subject.empty() && !certificate.names.empty()) {
    certificate.subject = "CN=" + certificate.names.front();
  }
  if (certificate.self_signed) certificate.issuer = certificate.subject;
  std::erase_if(machine.certificates,
                [&](const host::Certificate& known) { return known.file == certificate.file; });
  machine.files.try_emplace(certificate.file);
  machine.certificates.push_back(std::move(certificate));
  return std::nullopt;
}

}  // namespace stockade::rules
