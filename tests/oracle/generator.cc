#include "generator.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.h"
#include "random.h"

namespace stockade::oracle {

namespace {

enum class Where { server, host, directory };

constexpr std::array kFiles = {"one.conf", "two.conf",   "d/a.conf",  "d/B.conf",
                               "d/c.txt",  "d/e/x.conf", "e1/a.conf", "e2/a.conf"};
constexpr std::array kPatterns = {"one.conf",    "two.conf",      "d/*.conf",  "d",          "d/e/",
                                  "[d]/[!a]*",   "e?/a.*",        "e*/b.conf", "./one.conf", "d/*",
                                  "nobody.conf", "nobody/*.conf", "${name}",   "*/a.conf"};
constexpr std::array kNames = {"a", "Name", "name", "x1", "Given", "Nobody"};
constexpr std::array kMacros = {"m", "M2", "host"};
constexpr std::array kParameters = {"$x", "$xy", "@q", "%p", "w"};
constexpr std::array kWords = {
    "a",    "b c",      "x\\y",  "q\"r", "s't",  "${name}", "${ORACLE}", "$x",  "@q",   "#no",
    "\\\\", "${Nobody", "${}",   "<t>",  "%{u}", "${a:b}",  "end\\",     "w",   "\\\"", "z",
    "/no",  "${x1}",    "$xy%p", "{",    "}",    "$",       "\xff\xfe",  "a>b", "one",  "${NAME}"};
constexpr std::array kConditions = {"Given",      "!Given",  "Nobody",  "!Nobody",
                                    "a",          "Name",    "!x1",     "\"Given\"",
                                    "Given more", "! Given", "${name}", ""};
constexpr std::array kModules = {"mod_alias.c", "alias_module", "!mod_dir.c",
                                 "mod_so.c",    "core.c",       "!nobody",
                                 "mod_macro.c", "http_core.c",  "\"mod_info.c\""};
constexpr std::array kVersions = {">= 2.4", "2.4",       "< 2.4.10", "!~ ^3", "~ 2\\.4",
                                  "= /^2/", "!= 2.4.71", "> 2.x",    "<> 2"};
constexpr std::array kBlanks = {"", "  ", "\t", " \t ", "\v"};

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {
    broken_ = random_.one_in(3);
    crlf_ = random_.one_in(8);
    continued_ = 4 + random_.below(30);
  }

  Case run() {
    case_.files.push_back({"main.conf", {}, !random_.one_in(6)});
    for (const char* file : kFiles) {
      if (random_.one_in(2)) case_.files.push_back({file, {}, !random_.one_in(8)});
    }
    for (size_t i = 0; i < case_.files.size(); ++i) {
      lines_ = &case_.files[i].lines;
      included_ = anywhere_ = i > 0;
      const uint32_t count = 1 + random_.below(i == 0 ? 14 : 4);
      for (uint32_t n = 0; n < count; ++n) statement(Where::server, 0);
    }
    return std::move(case_);
  }

 private:
  std::string word() {
    const std::string_view text = random_.pick(kWords);
    const uint32_t style = random_.below(6);
    if (style > 1) {
      return text.find(' ') == std::string_view::npos ? std::string(text) : "\"b c\"";
    }
    const char quote = style == 0 ? '"' : '\'';
    std::string quoted(1, quote);
    for (const char c : text) {
      if (c == quote || (c == '\\' && random_.one_in(2))) quoted += '\\';
      quoted += c;
    }
    // A quote that is not closed swallows the rest of its line.
    return random_.one_in(20) ? quoted : quoted + quote;
  }

  std::string any_case(std::string_view name) {
    std::string text(name);
    if (!random_.one_in(4)) return text;
    for (char& c : text) {
      if (random_.one_in(2)) c = to_lower(c);
    }
    return text;
  }

  // Blanks around, perhaps cut in two by a backslash, perhaps with CRLF.
  void put(std::string line) {
    line = std::string(random_.pick(kBlanks)) + line;
    if (random_.one_in(5)) line += random_.pick(kBlanks);
    if (random_.one_in(continued_)) {
      const auto at = random_.below(static_cast<uint32_t>(line.size()) + 1);
      line.insert(at, crlf_ ? "\\\r\n" : "\\\n");
    }
    if (broken_ && random_.one_in(60)) {
      line.insert(random_.below(static_cast<uint32_t>(line.size()) + 1), 1, '\0');
    }
    if (crlf_) line += '\r';
    for (const std::string_view piece : split(line, '\n')) lines_->emplace_back(piece);
  }

  void plain(Where where) {
    // Directives of any number of arguments: what is compared here is the reading.
    constexpr std::array<std::string_view, 2> kAnywhere = {"UnsetEnv", "PassEnv"};
    std::string line;
    // Who includes or uses a text, decides what may stand in it; that is no matter of reading.
    switch (anywhere_ ? 7 : random_.below(8)) {
      case 0:
        line = where == Where::directory ? "Require all granted" : "Timeout 5";
        break;
      case 1:
        line = fmt::format("SetEnv {} x", random_.pick(kNames));
        break;
      case 2:
        line = fmt::format("Header set {} \"v\"", random_.pick(kNames));
        break;
      case 3:
        line = where == Where::server ? "KeepAlive on" : "LogLevel warn";
        break;
      default:
        line = any_case(random_.pick(kAnywhere)) + " k";
        for (uint32_t n = random_.below(4); n > 0; --n) {
          line += random_.one_in(6) ? "\t " : " ";
          line += word();
        }
    }
    put(line);
  }

  void section(Where where, int depth) {
    struct Kind {
      std::string_view name, argument;
      Where inside;
    };
    constexpr std::array<Kind, 5> kKinds = {{{"Directory", "/tmp", Where::directory},
                                             {"Location", "/x", Where::directory},
                                             {"VirtualHost", "*:80", Where::host},
                                             {"DirectoryMatch", "^/t", Where::directory},
                                             {"LocationMatch", "^/x>y", Where::directory}}};
    if (where == Where::directory || anywhere_) return plain(where);
    Kind kind = kKinds[random_.below(5)];
    if (where == Where::host && kind.inside == Where::host) kind = kKinds[0];
    std::string argument(kind.argument);
    if (random_.one_in(3)) argument = "\"" + argument + "\"";
    const std::string junk = random_.one_in(12) ? std::string(" Nonsense ") : "";
    put(fmt::format("<{} {}{}>{}", any_case(kind.name), argument, random_.one_in(8) ? " " : "",
                    junk));
    body(kind.inside, depth + 1);
    close(kind.name);
  }

  void close(std::string_view name) {
    if (broken_ && random_.one_in(12)) {
      constexpr std::array<std::string_view, 5> kWrong = {"</Directory >", "</Location>", "</",
                                                          "# nothing", "</Nonsense>"};
      return put(std::string(random_.pick(kWrong)));
    }
    put(fmt::format("</{}>{}", any_case(name), random_.one_in(20) ? " junk" : ""));
  }

  void body(Where where, int depth) {
    for (uint32_t n = random_.below(4); n > 0; --n) statement(where, depth);
  }

  void conditional(Where where, int depth) {
    constexpr std::array<std::string_view, 6> kKinds = {"IfDefine", "IfModule",    "IfVersion",
                                                        "IfFile",   "IfDirective", "IfSection"};
    const std::string_view kind = random_.pick(kKinds);
    std::string condition;
    if (kind == "IfDefine") condition = random_.pick(kConditions);
    if (kind == "IfModule") condition = random_.pick(kModules);
    if (kind == "IfVersion") condition = random_.pick(kVersions);
    if (kind == "IfFile") condition = random_.pick(kFiles);
    if (kind == "IfDirective") condition = random_.one_in(2) ? "Timeout" : "!SSLEngine";
    if (kind == "IfSection") condition = random_.one_in(2) ? "directory" : "!Proxy";
    if (!broken_ && condition.empty()) condition = "Given";
    if (!broken_ && (condition == "> 2.x" || condition == "<> 2")) condition = "2.4";
    put(fmt::format("<{}{}{}>{}", any_case(kind), condition.empty() ? "" : " ", condition,
                    random_.one_in(15) ? " junk" : ""));
    body(where, depth + 1);
    if (condition == "Nobody" && random_.one_in(3)) put("Nonsense here");
    close(kind);
  }

  void macro(Where where, int depth) {
    const std::string_view name = random_.pick(kMacros);
    std::string parameters;
    for (uint32_t n = random_.below(3); n > 0; --n) {
      const std::string parameter(random_.pick(kParameters));
      if (parameters.find(" " + parameter) == std::string::npos) parameters += " " + parameter;
    }
    put(fmt::format("<Macro {}{}>", any_case(name), parameters));
    const bool before = std::exchange(anywhere_, true);
    if (random_.one_in(3)) put("UnsetEnv k $x @q %p");
    body(where, depth + 1);
    close("Macro");
    anywhere_ = before;
    if (random_.one_in(2)) use(name);
  }

  void use(std::string_view name) {
    std::string line = fmt::format("Use {}", any_case(name));
    for (uint32_t n = random_.below(3); n > 0; --n) line += " " + word();
    put(line);
  }

  void trouble() {
    constexpr std::array<std::string_view, 20> kTrouble = {"Nonsense",
                                                           "</Directory>",
                                                           "< Directory /tmp>",
                                                           "<",
                                                           ">",
                                                           "<>",
                                                           "</>",
                                                           "Use nobody",
                                                           "Include nobody.conf",
                                                           "Include",
                                                           "Define",
                                                           "Define a:b",
                                                           "UnDefine",
                                                           "<IfDefine Given",
                                                           "\"\" x",
                                                           "LoadModule x_module /nobody.so",
                                                           "ServerRoot /nobody",
                                                           "UndefMacro nobody",
                                                           "<Nonsense>",
                                                           "Include a b"};
    put(std::string(random_.pick(kTrouble)));
  }

  void statement(Where where, int depth) {
    const uint32_t kind = random_.below(depth > 4 ? 10 : 20);
    if (broken_ && random_.one_in(25)) return trouble();
    if (kind < 5) return plain(where);
    if (kind == 5) return put("# comment" + std::string(random_.one_in(8) ? "\\" : "") + " ${x1}");
    if (kind == 6) return put("");
    if (kind == 7) {
      return put(
          fmt::format("Define {} {}", random_.pick(kNames), random_.one_in(4) ? "" : word()));
    }
    if (kind == 8) {
      return random_.one_in(2) ? use(random_.pick(kMacros))
                               : put(fmt::format("UnDefine {}", random_.pick(kNames)));
    }
    if (kind == 9) return plain(where);
    if (kind < 13) return conditional(where, depth);
    if (kind < 16) return section(where, depth);
    if (kind == 16) return macro(where, depth);
    if (included_ && !random_.one_in(4)) return plain(where);  // else all is one Include loop
    put(fmt::format("Include{} {}", random_.one_in(4) ? "" : "Optional", random_.pick(kPatterns)));
  }

  Random random_;
  Case case_;
  std::vector<std::string>* lines_ = nullptr;
  bool broken_ = false;
  bool crlf_ = false;
  bool included_ = false;
  bool anywhere_ = false;
  uint32_t continued_ = 0;
};

}  // namespace

Case generate(uint64_t seed) { return Generator(seed).run(); }

}  // namespace stockade::oracle
