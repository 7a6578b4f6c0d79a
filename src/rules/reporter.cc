#include "rules/reporter.h"

#include "rules/directive_path.h"
#include "rules/source_edit.h"
#include "rules/support/servers.h"

namespace stockade::rules {

namespace {

Place name_place(const Snapshot& snapshot, const conf::Directive& d) {
  const conf::SourceFile& file = snapshot.config.file_of(d);
  const size_t length = d.name.size() + (d.section ? 1 : 0);  // with its '<'
  return {file.path, d.line, file.column_of(d.offset), static_cast<uint32_t>(length)};
}

Place word_place(const Snapshot& snapshot, const conf::Directive& d, size_t index) {
  if (index >= d.words.size()) return name_place(snapshot, d);
  const conf::Word& word = d.words[index];
  const conf::SourceFile& file = snapshot.config.file_of(d);
  return {file.path, file.line_of(word.offset), file.column_of(word.offset), word.length};
}

std::string source_line(const Snapshot& snapshot, const conf::Directive& d, uint32_t line) {
  return std::string(snapshot.config.file_of(d).line(line));
}

std::string main_file_path(const Snapshot& snapshot) {
  const auto& files = snapshot.config.files;
  return files.empty() ? snapshot.environment.config_file : files.front()->path;
}

// The virtual host that a directive stands in, for the reader; the main server needs no name.
std::string server_label(const Snapshot& snapshot, const conf::Directive& d) {
  if (snapshot.servers.all.empty()) return "";
  const conf::Server& server = snapshot.servers.of(d);
  return server.is_main() ? "" : server.label;
}

}  // namespace

Draft& Draft::why(std::string text) {
  finding_.why = std::move(text);
  return *this;
}

Draft& Draft::evidence(const conf::Directive& d, std::string what) {
  finding_.evidence.push_back(
      {name_place(snapshot_, d), std::move(what), source_line(snapshot_, d, d.line)});
  return *this;
}

Draft& Draft::evidence(std::string_view path, std::string what) {
  finding_.evidence.push_back({{std::string(path), 0, 0, 0}, std::move(what), ""});
  return *this;
}

Draft& Draft::evidence(const conf::Said& said, std::string what) {
  finding_.evidence.push_back(
      {{said.place.file, said.place.line, 0, 0}, std::move(what), said.text});
  return *this;
}

Draft& Draft::evidence(std::string what) {
  finding_.evidence.push_back({{}, std::move(what), ""});
  return *this;
}

Draft& Draft::example(std::string url_or_command) {
  finding_.example = std::move(url_or_command);
  complete_example();
  return *this;
}

void Draft::complete_example() {
  if (server_ == nullptr || !finding_.example.starts_with('/')) return;
  finding_.example = origin_of(snapshot_, *server_) + finding_.example;
}

Draft& Draft::severity(Severity severity) {
  finding_.severity = severity;
  return *this;
}

Draft& Draft::certainty(Certainty certainty) {
  finding_.certainty = certainty;
  return *this;
}

Draft& Draft::benchmark_id(std::string_view id) {
  std::erase_if(finding_.references, [&](const std::string& reference) {
    return reference != id && reference.substr(0, 4) == id.substr(0, 4);
  });
  return *this;
}

Draft& Draft::server(const conf::Server& server) {
  finding_.server = server.is_main() ? "" : server.label;
  server_ = &server;
  complete_example();
  return *this;
}

Draft& Draft::about(std::string subject) {
  finding_.argument = std::move(subject);
  return *this;
}

Draft& Draft::fix(std::string summary, FixRisk risk, std::string breaks) {
  finding_.fix = Fix{std::move(summary), risk, std::move(breaks), {}};
  return *this;
}

Draft& Draft::add_edit(std::optional<Edit> edit) {
  if (edit && finding_.fix) finding_.fix->edits.push_back(*std::move(edit));
  return *this;
}

Draft& Draft::replace_word(const conf::Directive& d, size_t index, std::string text) {
  return add_edit(edit_word(snapshot_.config, d, index, std::move(text)));
}

Draft& Draft::replace(const conf::Directive& d, const std::string& text) {
  return add_edit(edit_replace(snapshot_.config, d, text));
}

Draft& Draft::remove(const conf::Directive& d) {
  return add_edit(edit_remove(snapshot_.config, d));
}

Draft& Draft::insert_before(const conf::Directive& d, const std::string& line) {
  return add_edit(edit_before(snapshot_.config, d, line));
}

Draft& Draft::insert_after(const conf::Directive& d, const std::string& line) {
  return add_edit(edit_after(snapshot_.config, d, line));
}

Draft& Draft::insert_first(const conf::Directive& section, const std::string& line) {
  return add_edit(edit_first(snapshot_.config, section, line));
}

Draft& Draft::insert_last(const conf::Directive& section, const std::string& line) {
  return add_edit(edit_last(snapshot_.config, section, line));
}

Draft& Draft::append_to_main_file(const std::string& line) {
  return add_edit(edit_append(snapshot_.config, line));
}

Draft& Draft::replace_text(const conf::Range& range, std::string text) {
  if (range.file >= snapshot_.config.files.size()) return *this;
  const std::string& path = snapshot_.config.file(range.file).path;
  return add_edit(Edit{path, range.offset, range.length, std::move(text)});
}

Draft Reporter::start(Place place, std::string excerpt, std::string message) {
  Finding& finding = findings_.emplace_back();
  finding.rule = rule_.id;
  finding.family = rule_.family;
  finding.severity = rule_.severity;
  finding.certainty = rule_.certainty;
  finding.place = std::move(place);
  finding.excerpt = std::move(excerpt);
  finding.message = std::move(message);
  finding.why = rule_.title;
  finding.references.assign(rule_.references.begin(), rule_.references.end());
  return Draft(snapshot_, finding);
}

Draft Reporter::find(const conf::Directive& d, std::string message) {
  Draft draft =
      start(name_place(snapshot_, d), source_line(snapshot_, d, d.line), std::move(message));
  draft.finding().server = server_label(snapshot_, d);
  draft.finding().directive_path = directive_path(snapshot_, d);
  draft.finding().argument = d.args;
  return draft;
}

Draft Reporter::find(const conf::Directive& d, size_t word, std::string message) {
  const Place place = word_place(snapshot_, d, word);
  Draft draft = start(place, source_line(snapshot_, d, place.line), std::move(message));
  draft.finding().server = server_label(snapshot_, d);
  draft.finding().directive_path = directive_path(snapshot_, d);
  draft.finding().argument = word < d.words.size() ? d.words[word].text : d.args;
  return draft;
}

Draft Reporter::find_text(const conf::Range& range, std::string message) {
  const conf::SourceFile& file = snapshot_.config.file(range.file);
  const uint32_t line = file.line_of(range.offset);
  Draft draft = start({file.path, line, file.column_of(range.offset), range.length},
                      std::string(file.line(line)), std::move(message));
  draft.finding().argument = std::string_view(file.bytes).substr(range.offset, range.length);
  return draft;
}

Draft Reporter::find_missing(std::string message) {
  return start({main_file_path(snapshot_), 0, 0, 0}, "", std::move(message));
}

Draft Reporter::find_missing(const conf::Server& server, std::string message) {
  if (server.is_main()) return find_missing(std::move(message));
  return find(*server.section, std::move(message));
}

Draft Reporter::find_path(std::string_view path, std::string message) {
  Draft draft = start({std::string(path), 0, 0, 0}, "", std::move(message));
  draft.finding().argument = path;
  return draft;
}

void Reporter::not_checked(std::string what, std::string reason, std::string remedy) {
  gaps_.push_back({std::string(rule_.id), std::move(what), std::move(reason), std::move(remedy)});
}

}  // namespace stockade::rules
