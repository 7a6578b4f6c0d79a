#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "base/write_file.h"
#include "cli/terminal.h"

namespace stockade::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
constexpr milliseconds kPatience{500}, kTick{200};

void show(std::string_view text) { (void)write_all(STDERR_FILENO, text, "standard error"); }

}  // namespace

struct Progress::Ticker {
  std::string what;
  std::mutex mutex;
  std::condition_variable_any wake;
  std::jthread thread;

  explicit Ticker(std::string_view text) : what(text) {
    thread = std::jthread([this](const std::stop_token& stop) { tick(stop); });
  }

  void tick(const std::stop_token& stop) {
    const auto begin = steady_clock::now();
    std::unique_lock lock(mutex);
    milliseconds pause = kPatience;
    bool shown = false;
    while (!wake.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); })) {
      if (stop.stop_requested()) break;
      const std::chrono::duration<double> gone = steady_clock::now() - begin;
      show(fmt::format("\r{} ... {:.1f} s", what, gone.count()));
      shown = true;
      pause = kTick;
    }
    if (shown) show("\r\033[K");
  }
};

Progress::Progress(std::string_view what) {
  if (isatty(STDERR_FILENO) == 1) ticker_ = new Ticker(what);
}
Progress::~Progress() { delete ticker_; }

}  // namespace stockade::cli
