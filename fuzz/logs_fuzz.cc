// Any bytes as a log: every parser, the decoder, the signatures and the tracker. What comes out has
// to lie within what went in.
#include <cstdint>
#include <string_view>

#include "logs/incident/tracker.h"
#include "logs/parse/line_parser.h"
#include "logs/scan/line_chunks.h"
#include "require.h"

namespace stockade::logs {
namespace {

using fuzz::require;

void read_all(std::string_view text) {
  static const auto kMatcher = Matcher::create().value();
  static Recogniser recogniser(kMatcher);
  static const auto kFormats = [] {
    std::vector<LogFormat> formats;
    formats.push_back(
        LogFormat::compile("%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"")
            .value());
    formats.push_back(LogFormat::compile("%{Foo}i|%a|%u|%t|%U%q|%D").value());
    return formats;
  }();
  // Kept from input to input: a table of clients is too large to be made for each.
  static IncidentBook book(100);
  static Tracker tracker(book);
  LineParser parser(1767355200 * kSecond, kFormats);
  Record record;
  Sighting sighting;
  LinesOf lines(text);
  std::string_view line;
  uint64_t number = 0;
  while (lines.next(line)) {
    ++number;
    parser.parse(line, record);
    require(record.access.status <= 999, "a status has three digits");
    if (!recogniser.look(record, sighting)) continue;
    tracker.see(sighting, {0, number, line},
                sighting.of_account ? account_of(record) : std::string_view{});
  }
  for (const Incident* incident : book.by_weight()) {
    require(incident->lines > 0, "an incident has lines");
    require(incident->first <= incident->last, "it begins before it ends");
  }
}

// The first line as a format, the second as a line of it.
void read_format(std::string_view text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return;
  const auto format = LogFormat::compile(text.substr(0, end));
  if (!format) return;
  RequestClock clock;
  Record record;
  (void)format->parse(text.substr(end + 1), clock, record);
}

}  // namespace
}  // namespace stockade::logs

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  stockade::logs::read_all(text);
  stockade::logs::read_format(text);
  return 0;
}
