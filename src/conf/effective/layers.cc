#include "conf/effective/layers.h"

#include "base/text.h"

namespace stockade::conf {

Found last_in(const Layers& layers, std::string_view name) {
  Found found;
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    for (const Directive& d : layer->body) {
      if (!d.section && d.is(name)) found = {&d, &*layer};
    }
    if (found) return found;
  }
  return found;
}

std::vector<Found> all_in(const Layers& layers, std::string_view name) {
  std::vector<Found> found;
  for (const Layer& layer : layers) {
    for (const Directive& d : layer.body) {
      if (!d.section && d.is(name)) found.push_back({&d, &layer});
    }
  }
  return found;
}

std::vector<Found> innermost(const Layers& layers, std::string_view name) {
  std::vector<Found> all = all_in(layers, name);
  std::vector<Found> kept;
  for (const Found& found : all) {
    if (found.layer == all.back().layer) kept.push_back(found);
  }
  return kept;
}

Place place_of(const Config& config, const Directive& d) {
  return {config.file_of(d).path, d.line};
}

Said said(const Layer& layer, const Directive& d) {
  std::string text(d.name);
  if (!d.args.empty()) text += " " + std::string(trim(d.args));
  return {place_of(*layer.config, d), d.section ? "<" + text : text};
}

Said said(const Found& found) { return said(*found.layer, *found.directive); }

namespace {

unsigned option_named(std::string_view word) {
  struct Name {
    std::string_view word;
    unsigned option;
  };
  constexpr Name kNames[] = {
      {"Indexes", Options::kIndexes},
      {"Includes", Options::kIncludes},
      {"IncludesNOEXEC", Options::kIncludesNoExec},
      {"FollowSymLinks", Options::kFollow},
      {"SymLinksIfOwnerMatch", Options::kOwnerMatch},
      {"ExecCGI", Options::kExecCgi},
      {"MultiViews", Options::kMultiViews},
      {"All", Options::kAll},
  };
  for (const Name& name : kNames) {
    if (equals_ignoring_case(word, name.word)) return name.option;
  }
  return 0;
}

// What one section's own Options lines come to.
struct OwnOptions {
  bool relative = true;  // only + and -
  unsigned set = 0;
  unsigned add = 0;
  unsigned remove = 0;

  void read(const Directive& d) {
    bool first = true;
    for (const Word& word : d.words) {
      const bool plus = word.text.starts_with('+');
      const bool minus = word.text.starts_with('-');
      const unsigned option = option_named(plus || minus ? word.text.substr(1) : word.text);
      if (!plus && !minus && first) {
        relative = false;
        set = 0;
      }
      first = false;
      if (minus) {
        remove |= option;
        add &= ~option;
        set &= ~option;
      } else if (plus) {
        add |= option;
        remove &= ~option;
        set |= option;
      } else {
        set |= option;
      }
    }
  }
};

}  // namespace

void Options::merge(const Layer& layer) {
  OwnOptions own;
  for (const Directive& d : layer.body) {
    if (!d.section && d.is("Options")) own.read(d);
  }
  // A section without the directive merges too, and then what a '+' added before a plain list comes
  // back.
  if (!own.relative) {
    set = own.set;
    add = own.add;
    remove = own.remove;
    return;
  }
  add = (add & ~own.remove) | own.add;
  remove = (remove & ~own.add) | own.remove;
  set = (set & ~remove) | add;
}

Options options_of(const Layers& layers) {
  Options options;
  for (const Layer& layer : layers) options.merge(layer);
  return options;
}

std::vector<std::string_view> index_names(const Layers& layers) {
  std::vector<std::string_view> names;
  const auto lines = innermost(layers, "DirectoryIndex");
  if (lines.empty()) return {"index.html"};
  for (const Found& line : lines) {
    for (const Word& word : line.directive->words) {
      // The word alone switches it off; further on it is a name like any other.
      if (equals_ignoring_case(word.text, "disabled") && line.directive->words.size() == 1) {
        names.clear();
      } else {
        names.push_back(word.text);
      }
    }
  }
  return names;
}

}  // namespace stockade::conf
