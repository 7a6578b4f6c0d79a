#include "conf/effective/rewrite_text.h"

#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/effective/rewrite_scope.h"
#include "conf/effective/translate.h"
#include "conf/effective/uri.h"

namespace stockade::conf {

namespace {

using expr::unknown_value;
using expr::Value;

Value known(std::string text) { return {std::move(text), true, ""}; }

// The place of the '}' that closes the '{' at `open`.
size_t closing_brace(std::string_view text, size_t open) {
  size_t depth = 0;
  for (size_t at = open; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) {
      ++at;
    } else if (text[at] == '{') {
      ++depth;
    } else if (text[at] == '}' && --depth == 0) {
      return at;
    }
  }
  return std::string_view::npos;
}

// [B], [BNP], [B=...], [BNE=...]
std::string escape_group(std::string_view text, const RewriteFlags& flags) {
  constexpr const char* kHex = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const bool word = is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '_';
    const bool spared = flags.escape_not.find(c) != std::string_view::npos;
    const bool wanted =
        flags.escape_only.empty() || flags.escape_only.find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (word || spared || !wanted) {
      out += c;
    } else if (c == ' ' && !flags.space_as_escape) {
      out += '+';
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

// What a process is given by whoever starts it, and only it knows.
bool may_be_of_the_process(std::string_view name) {
  return is_one_of(name,
                   "PATH|HOME|LANG|LANGUAGE|TZ|PWD|OLDPWD|SHELL|SHLVL|USER|LOGNAME|TERM|"
                   "HOSTNAME|INVOCATION_ID|JOURNAL_STREAM|NOTIFY_SOCKET|TMPDIR|_") ||
         name.starts_with("LC_") || name.starts_with("APACHE_") || name.starts_with("HTTPD_") ||
         name.starts_with("SYSTEMD_") || name.starts_with("LD_");
}

class Expander {
 public:
  Expander(RewriteState& state, const RewriteFlags* flags) : state_(state), flags_(flags) {}

  Value expand(std::string_view text) {
    std::string out;
    for (size_t at = 0; at < text.size(); ++at) {
      const char c = text[at];
      const char next = at + 1 < text.size() ? text[at + 1] : '\0';
      if (c == '\\' && next != '\0') {
        out += next;
        ++at;
      } else if ((c == '$' || c == '%') && is_digit(next)) {
        out += group(c == '$' ? state_.groups : state_.condition_groups, next);
        ++at;
      } else if ((c == '$' || c == '%') && next == '{') {
        const size_t end = closing_brace(text, at + 1);
        if (end == std::string_view::npos) return unknown_value("an unclosed variable");
        const std::string_view inside = text.substr(at + 2, end - at - 2);
        const Value value = c == '%' ? variable(inside) : look_up(inside);
        if (!value.known) return value;
        out += value.text;
        at = end;
      } else {
        out += c;
      }
    }
    return known(std::move(out));
  }

 private:
  std::string group(const std::vector<std::string>& groups, char digit) {
    const auto number = static_cast<size_t>(digit - '0');
    if (number >= groups.size()) return "";
    const std::string& text = groups[number];
    if (flags_ == nullptr) return text;
    if (flags_->escape_groups) return escape_group(text, *flags_);
    if (text.find('?') != std::string::npos) state_.unsafe_mark = true;
    return text;
  }

  Value variable(std::string_view name) const {
    const auto is = [name](std::string_view other) { return equals_ignoring_case(name, other); };
    if (starts_with_ignoring_case(name, "HTTP:")) return known(state_.facts.header(name.substr(5)));
    if (starts_with_ignoring_case(name, "ENV:")) return environment(name.substr(4));
    if (name.find(':') != std::string_view::npos) {
      return unknown_value("%{" + std::string(name) + "} asks httpd itself");
    }
    if (is("REQUEST_FILENAME") || is("SCRIPT_FILENAME")) return known(state_.name);
    if (is("QUERY_STRING")) return known(state_.query);
    if (is("PATH_INFO")) return known(state_.path_info);
    if (is("IS_SUBREQ")) return known(state_.scope.look ? "true" : "false");
    return state_.facts.variable(name);
  }

  Value environment(std::string_view name) const {
    if (state_.facts.is_set(name) == expr::Truth::no && may_be_of_the_process(name)) {
      return unknown_value("%{ENV:" + std::string(name) + "} may be httpd's own");
    }
    return state_.facts.environment(name);
  }

  // "map:key|default"
  Value look_up(std::string_view inside) {
    const size_t colon = inside.find(':');
    if (colon == std::string_view::npos) return unknown_value("a map without a key");
    std::string_view key_text = inside.substr(colon + 1);
    std::string_view otherwise;
    size_t depth = 0;
    for (size_t at = 0; at < key_text.size(); ++at) {
      if (key_text[at] == '{') ++depth;
      if (key_text[at] == '}' && depth > 0) --depth;
      if (key_text[at] != '|' || depth > 0) continue;
      otherwise = key_text.substr(at + 1);
      key_text = key_text.substr(0, at);
      break;
    }
    Value key = expand(key_text);
    if (!key.known) return key;
    const Value found = map_value(inside.substr(0, colon), key.text);
    return !found.known || !found.text.empty() ? found : expand(otherwise);
  }

  Value map_value(std::string_view map, const std::string& key) const {
    for (const Found& found : state_.scope.maps) {
      const Directive& d = *found.directive;
      if (d.arg(0) != map) continue;
      const std::string_view source = d.arg(1);
      if (source.starts_with("int:")) return built_in(source.substr(4), key);
      if (source.starts_with("txt:")) return of_file(source.substr(4), key);
      if (source.find(':') == std::string_view::npos) return of_file(source, key);
      return unknown_value("the map " + std::string(source) + " is not looked into");
    }
    return known("");
  }

  static Value built_in(std::string_view name, std::string text) {
    if (name == "tolower") return known(lower(text));
    if (name == "toupper") {
      for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
      }
      return known(std::move(text));
    }
    if (name == "escape") return known(escape_path(text));
    if (name == "unescape" && text.find('%') == std::string::npos) return known(std::move(text));
    return unknown_value("the map int:" + std::string(name) + " is not evaluated");
  }

  Value of_file(std::string_view path, const std::string& key) const {
    constexpr uint64_t kMost = 64u << 20;
    const std::string file = absolute_path(state_.world.config.server_root, path);
    const auto text = state_.world.files.read(file, kMost);
    if (!text) return unknown_value("the map " + file + ": " + text.error().message());
    for (std::string_view line : split(*text, '\n')) {
      if (line.empty() || line[0] == '#' || is_blank(line[0])) continue;
      if (line.ends_with('\r')) line.remove_suffix(1);
      const size_t end = line.find_first_of(" \t");
      if (end == std::string_view::npos || line.substr(0, end) != key) continue;
      const std::string_view rest = trim(line.substr(end));
      return known(std::string(rest.substr(0, rest.find_first_of(" \t"))));
    }
    return known("");
  }

  RewriteState& state_;
  const RewriteFlags* flags_;
};

}  // namespace

Value expand_rewrite(RewriteState& state, std::string_view text, const RewriteFlags* flags) {
  return Expander(state, flags).expand(text);
}

}  // namespace stockade::conf
