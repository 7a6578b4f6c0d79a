// How a rule tells what it found.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "conf/effective/effective.h"
#include "rules/rule.h"

namespace stockade::rules {

// A finding under construction; every call adds to it and returns it.
class Draft {
 public:
  Draft(const Snapshot& snapshot, Finding& finding) : snapshot_(snapshot), finding_(finding) {}

  // One sentence: what it means to the owner of this server. Default: the rule's title.
  Draft& why(std::string text);
  // A further link of the chain: another directive, a path of the machine, or a plain fact.
  Draft& evidence(const conf::Directive& d, std::string what);
  Draft& evidence(std::string_view path, std::string what);
  Draft& evidence(const conf::Said& said, std::string what);  // as the effective engine names it
  Draft& evidence(std::string what);
  // A URL to open or a command to run. A path of a URL ("/x") becomes a whole URL of the server.
  Draft& example(std::string url_or_command);
  Draft& severity(Severity severity);
  Draft& certainty(Certainty certainty);
  Draft& server(const conf::Server& server);
  // Of the benchmark ids that the rule names ("CIS 2.5"), only this one is touched by this finding.
  Draft& benchmark_id(std::string_view id);
  // What sets this finding apart from another of the same rule at the same directive (a path, a
  // name): part of the fingerprint. Default: the text of the argument.
  Draft& about(std::string subject);

  // The fix. Call `fix` first, then the edits it consists of.
  Draft& fix(std::string summary, FixRisk risk = FixRisk::safe, std::string breaks = "");
  Draft& replace_word(const conf::Directive& d, size_t index, std::string text);
  Draft& replace(const conf::Directive& d,
                 const std::string& text);  // the whole line, from the name on
  Draft& remove(const conf::Directive& d);  // with its line end; a section whole
  Draft& insert_before(const conf::Directive& d, const std::string& line);  // keeps d's indentation
  Draft& insert_after(const conf::Directive& d, const std::string& line);
  Draft& insert_first(const conf::Directive& section,
                      const std::string& line);  // as its first child
  Draft& insert_last(const conf::Directive& section,
                     const std::string& line);          // before its closing tag
  Draft& append_to_main_file(const std::string& line);  // at the end of the main configuration file
  Draft& replace_text(const conf::Range& range, std::string text);

  Finding& finding() { return finding_; }

 private:
  // An edit without a fix, or at a place that is in no file, is dropped: the summary then stands
  // alone as an instruction.
  Draft& add_edit(std::optional<Edit> edit);
  void complete_example();

  const Snapshot& snapshot_;
  Finding& finding_;
  const conf::Server* server_ = nullptr;  // that a rule named
};

class Reporter {
 public:
  Reporter(const Snapshot& snapshot, const Rule& rule) : snapshot_(snapshot), rule_(rule) {}

  // At a directive's name, at one of its arguments, at the main configuration file as a whole
  // (something is missing), or at a path of the machine.
  Draft find(const conf::Directive& d, std::string message);
  Draft find(const conf::Directive& d, size_t word, std::string message);
  Draft find_missing(std::string message);
  // At text that is no directive: a comment, a variable.
  Draft find_text(const conf::Range& range, std::string message);
  // Missing in one server: at its <VirtualHost>, or at the main file for the main server.
  Draft find_missing(const conf::Server& server, std::string message);
  Draft find_path(std::string_view path, std::string message);

  // Something this rule could not decide, and why. Never silently skip.
  void not_checked(std::string what, std::string reason, std::string remedy = "");

  std::deque<Finding>& findings() { return findings_; }
  std::vector<NotChecked>& gaps() { return gaps_; }

 private:
  Draft start(Place place, std::string excerpt, std::string message);

  const Snapshot& snapshot_;
  const Rule& rule_;
  std::deque<Finding> findings_;
  std::vector<NotChecked> gaps_;
};

}  // namespace stockade::rules
