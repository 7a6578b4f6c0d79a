// Reads whole logs once and says what they show.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "cli/confine.h"
#include "cli/log_formats.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/show.h"
#include "cli/target.h"
#include "logs/incident/json.h"
#include "logs/scan/scanner.h"
#include "report/incidents_page.h"

namespace stockade::cli {
namespace {

Words scan_format_names() { return {"terminal", "json", "jsonl"}; }

constexpr Option kLogsScanOptions[] = {
    {"--format", "FORMAT", "terminal, json, or jsonl: one object a line, as they come",
     Option::Takes::one, scan_format_names},
    {"--threads", "N", "threads that read one log (default: one a processor)"},
    {"--all", "", "every incident, not the worst fifteen"},
    {"--log-format", "FORMAT", "the LogFormat of the logs, as in httpd's configuration"},
    kColourOption,
    kWidthOption,
    kRootOption,
    kConfigOption,
    kDefineOption,
};

// Output as it comes, so that a log of any length costs the same memory.
class Stream {
 public:
  void add(std::string_view text) {
    buffer_ += text;
    if (buffer_.size() > 64 * 1024) flush();
  }
  void flush() {
    if (!failed_) {
      if (auto done = write_stdout(buffer_); !done) failed_ = done.error();
    }
    buffer_.clear();
  }
  const std::optional<Error>& failed() const { return failed_; }

 private:
  std::string buffer_;
  std::optional<Error> failed_;
};

// "[=======>     ] 43 %  1,234,567 lines" on stderr, where that is a terminal.
class Bar {
 public:
  Bar(const logs::ScanProgress& progress, uint64_t whole) {
    if (isatty(STDERR_FILENO) != 1) return;
    thread_ = std::jthread([&progress, whole](const std::stop_token& stop) {
      for (int i = 0; !stop.stop_requested(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        if (i < 5) continue;
        const uint64_t done = std::min(progress.done.load(), whole);
        const auto part = static_cast<size_t>(whole == 0 ? 0 : done * 40 / whole);
        const std::string line =
            fmt::format("\r[{:<40}] {:3} %  {} lines", std::string(part, '='),
                        whole == 0 ? 0 : done * 100 / whole, progress.lines.load());
        (void)!::write(STDERR_FILENO, line.data(), line.size());
      }
      (void)!::write(STDERR_FILENO, "\r\033[K", 4);
    });
  }

 private:
  std::jthread thread_;
};

uint64_t size_of_all(const std::vector<std::string>& paths) {
  uint64_t whole = 0;
  for (const std::string& path : paths) {
    struct stat status{};
    if (stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode))
      whole += static_cast<uint64_t>(status.st_size);
  }
  return whole;
}

Result<unsigned> threads_of(const Arguments& arguments) {
  if (!arguments.has("--threads")) return std::max(1U, std::thread::hardware_concurrency());
  const auto number = parse_number(arguments.value("--threads"));
  if (!number || *number < 1 || *number > 256) {
    return usage_error("logs scan", "--threads takes a number from 1 to 256");
  }
  return static_cast<unsigned>(*number);
}

bool has_trouble(const std::vector<logs::LogSummary>& summaries) {
  for (const logs::LogSummary& summary : summaries) {
    if (!summary.problem.empty() || summary.drift) return true;
  }
  return false;
}

struct Scan {
  std::vector<logs::LogFile> files;
  std::vector<std::string> paths;
  std::string format;
  unsigned threads = 1;
};

std::vector<logs::LogSummary> scan_all(const Scan& scan,
                                       std::shared_ptr<const logs::Matcher> matcher,
                                       logs::IncidentBook& book,
                                       const logs::Scanner::OnEvent& on_event) {
  logs::Scanner scanner(std::move(matcher), book, on_event);
  logs::ScanProgress progress;
  const Bar bar(progress, size_of_all(scan.paths));
  std::vector<logs::LogSummary> summaries;
  for (size_t i = 0; i < scan.files.size(); ++i) {
    summaries.push_back(
        scanner.scan(scan.files[i], static_cast<uint32_t>(i), scan.threads, &progress));
  }
  return summaries;
}

Result<int> write_json(const Scan& scan, std::shared_ptr<const logs::Matcher> matcher) {
  const bool lines = scan.format == "jsonl";
  const auto begin = std::chrono::steady_clock::now();
  logs::IncidentBook book;
  Stream out;
  if (!lines) out.add("{\"schema\":\"stockade/logs/1\",\"events\":[");
  bool first = true;
  const auto summaries = scan_all(scan, std::move(matcher), book, [&](const logs::Event& event) {
    if (lines) {
      out.add("{\"type\":\"event\",\"event\":" + event_json(event, scan.paths) + "}\n");
    } else {
      out.add((first ? "\n" : ",\n") + event_json(event, scan.paths));
    }
    first = false;
  });
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  const std::string summary = summary_json(summaries, book, seconds.count());
  if (!lines) out.add("\n],\"incidents\":[");
  first = true;
  for (const logs::Incident* incident : book.by_weight()) {
    if (lines) {
      out.add("{\"type\":\"incident\",\"incident\":" + incident_json(*incident, scan.paths) +
              "}\n");
    } else {
      out.add((first ? "\n" : ",\n") + incident_json(*incident, scan.paths));
    }
    first = false;
  }
  out.add(lines ? "{\"type\":\"summary\",\"summary\":" + summary + "}\n"
                : "\n],\"summary\":" + summary + "}\n");
  out.flush();
  if (out.failed()) return tl::make_unexpected(*out.failed());
  return int{has_trouble(summaries) ? kIncomplete : kClean};
}

Result<int> write_page(const Scan& scan, std::shared_ptr<const logs::Matcher> matcher,
                       const Look& look, bool all) {
  logs::IncidentBook book;
  const auto summaries = scan_all(scan, std::move(matcher), book, [](const logs::Event&) {});
  report::IncidentsView view;
  view.logs = &summaries;
  view.incidents = book.by_weight();
  view.not_kept = book.not_kept();
  if (all) view.most = 0;
  const bool trouble = has_trouble(summaries);
  return write_stdout(report::render_incidents(view, look.render)).map([trouble] {
    return int{trouble ? kIncomplete : kClean};
  });
}

Result<int> run_logs_scan(const Arguments& given) {
  Arguments arguments = given;
  Scan scan;
  scan.format = arguments.has("--format") ? arguments.value("--format") : "terminal";
  const auto threads = threads_of(arguments);
  if (!threads) return tl::make_unexpected(threads.error());
  scan.threads = *threads;
  scan.paths = arguments.words;
  if (scan.paths.empty())
    return usage_error("logs scan", "which logs?",
                       "name one or more files, or - for standard input");
  const auto formats = log_formats(kLogsScan, arguments);
  if (!formats) return tl::make_unexpected(formats.error());
  for (const std::string& path : scan.paths) scan.files.push_back({path, formats->of(path)});
  auto matcher = logs::Matcher::create();
  if (!matcher) return tl::make_unexpected(matcher.error());
  if (auto done = confine({}); !done) return tl::make_unexpected(done.error());
  if (scan.format != "terminal") return write_json(scan, std::move(*matcher));
  arguments.options.erase("--format");
  const auto look = show_options(kLogsScan, arguments);
  if (!look) return tl::make_unexpected(look.error());
  return write_page(scan, std::move(*matcher), *look, arguments.has("--all"));
}

constexpr Example kLogsScanExamples[] = {
    {"stockade logs scan /var/log/apache2/*.log*", "what happened, packed logs included"},
    {"stockade logs scan access.log --format json",
     "events, incidents and a summary for a program"},
    {"zcat old.gz | stockade logs scan -", "from a pipe"},
};

}  // namespace

const Command kLogsScan{
    "logs scan",
    "find attacks in logs: access, error and login logs, packed or not",
    "Reads each log once from front to back and tells who attacked, how, and whether it succeeded. "
    "The "
    "kind of log and its format are told from its lines; with --config the LogFormat that the "
    "configuration gives a log is used, with --log-format the one given. Name the logs in the "
    "order "
    "in which they were written. Nothing is changed. Exit code 3: a log could not be read to its "
    "end, "
    "or its lines are not understood.",
    kLogsScanExamples,
    kLogsScanOptions,
    {"FILE", "the logs, - for standard input", nullptr, true, true},
    run_logs_scan};

}  // namespace stockade::cli
