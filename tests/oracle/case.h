// A configuration of a few files, as the differential tests hand it to httpd and to Stockade.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stockade::oracle {

struct CaseFile {
  std::string path;  // relative to ServerRoot
  std::vector<std::string> lines;
  bool ends_with_newline = true;
};

struct Case {
  std::vector<CaseFile> files;  // the first one is the main file
};

// tests/corpus/nasty/*.conf: the main file's bytes, then, each behind a line "#@ file PATH", the
// bytes of the others.
Case parse_case(std::string_view text);
std::string print_case(const Case& wanted);
std::string content_of(const CaseFile& file);

// Removes lines and files as long as `fails` stays true; at most `budget` trials.
template <class Fails>
Case shrink(Case failing, const Fails& fails, int budget) {
  bool smaller = true;
  while (smaller && budget > 0) {
    smaller = false;
    for (size_t file = 0; file < failing.files.size(); ++file) {
      size_t step = failing.files[file].lines.size();
      for (; step > 0; step /= 2) {
        for (size_t at = 0; at < failing.files[file].lines.size() && budget > 0;) {
          Case trial = failing;
          auto& lines = trial.files[file].lines;
          const size_t end = std::min(at + step, lines.size());
          lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at),
                      lines.begin() + static_cast<std::ptrdiff_t>(end));
          --budget;
          if (fails(trial)) {
            failing = std::move(trial);
            smaller = true;
          } else {
            at += step;
          }
        }
      }
    }
    for (size_t file = failing.files.size(); file-- > 1 && budget > 0;) {
      Case trial = failing;
      trial.files.erase(trial.files.begin() + static_cast<std::ptrdiff_t>(file));
      --budget;
      if (!fails(trial)) continue;
      failing = std::move(trial);
      smaller = true;
    }
  }
  return failing;
}

}  // namespace stockade::oracle
