#include "jail/rehearse/learned.h"

#include "base/text.h"

namespace stockade::jail {

Result<std::vector<LearnedPath>> read_learned(const std::string& text, const std::string& file) {
  std::vector<LearnedPath> all;
  size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (trim(line).empty() || line.front() == '#') continue;
    const auto words = split_words(line);
    const auto kind = parse_item_kind(words[0]);
    if (words.size() < 4 || !kind || words[1].front() != '/') {
      return fail({"read what was learned,", file + ":" + std::to_string(number),
                   "a line is \"KIND /PATH DATE why\"", "mend or remove the line", 0});
    }
    LearnedPath one;
    one.kind = *kind;
    one.path = words[1];
    one.date = words[2];
    one.why = trim(line.substr(static_cast<size_t>(words[3].data() - line.data())));
    all.push_back(std::move(one));
  }
  return all;
}

std::string learned_text(const std::vector<LearnedPath>& all) {
  std::string text = "# stockade jail, learned: KIND /PATH DATE why\n";
  for (const LearnedPath& one : all) {
    text +=
        std::string(to_string(one.kind)) + " " + one.path + " " + one.date + " " + one.why + "\n";
  }
  return text;
}

Result<void> add_learned(Draft& draft, const std::string& file) {
  if (file.empty() || !draft.files().status(file)) return {};
  const auto text = draft.files().read(file, 16 << 20);
  if (!text) return fail(text.error());
  const auto all = read_learned(*text, file);
  if (!all) return fail(all.error());
  for (const LearnedPath& one : *all) {
    const std::string why = one.why + ", learned on " + one.date;
    if (one.kind == ItemKind::library || one.kind == ItemKind::module ||
        one.kind == ItemKind::tool) {
      draft.add_elf(one.kind, one.path, why);
    } else {
      draft.bind(one.kind, one.path, why);
    }
  }
  return {};
}

}  // namespace stockade::jail
