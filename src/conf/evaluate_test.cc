// The traps of httpd's reading, one row each: what stands in the files, and what httpd's tree is
// then, or where it refuses. tests/corpus/nasty puts the like before httpd itself.
#include "conf/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/memory_file_system.h"

namespace stockade::conf {
namespace {

struct Row {
  const char* what;
  std::string text;  // of the main file
  std::string tree;  // "Name args; Section(children)", or "LINE: part of the message"
};

void write_tree(const Children& children, std::string& out) {
  for (const Directive& d : children) {
    if (!out.empty() && out.back() != '(') out += "; ";
    out += std::string(d.name);
    for (const Word& word : d.words) out += " " + std::string(word.text);
    if (!d.section) continue;
    out += "(";
    write_tree(children_of(d), out);
    out += ")";
  }
}

MemoryFileSystem disk_of(const std::string& text) {
  MemoryFileSystem disk;
  disk.add_file("/etc/httpd/httpd.conf", text);
  disk.add_file("/etc/httpd/c/10.conf", "Timeout 10\n");
  disk.add_file("/etc/httpd/c/9.conf", "Timeout 9\n");
  disk.add_file("/etc/httpd/c/.hidden.conf", "Timeout 1\n");
  disk.add_file("/etc/httpd/c/B.conf", "Timeout 66\n");
  disk.add_file("/etc/httpd/c/a.conf", "Timeout 97\n");
  disk.add_file("/etc/httpd/d/sub/x", "Timeout 5\n");
  disk.add_file("/etc/httpd/d/y~", "Timeout 6\n");
  disk.add_file("/etc/httpd/d1/z", "Timeout 8\n");
  disk.add_file("/etc/httpd/open.conf", "<Directory /o>\n");
  disk.add_file("/etc/httpd/inside.conf", "Options None\n");
  disk.add_file("/etc/httpd/define.conf", "Define FROM_FILE 3\n");
  disk.add_directory("/etc/httpd/empty");
  return disk;
}

std::string result_of(const std::string& text) {
  Environment environment;
  environment.config_file = "/etc/httpd/httpd.conf";
  environment.server_root = "/etc/httpd";
  environment.variables = {{"FROM_SHELL", "4"}, {"BOTH", "shell"}};
  environment.defines = {"YES"};
  environment.built_in_modules = default_built_in_modules();
  environment.built_in_modules.emplace_back("macro_module");
  const Config config = evaluate(disk_of(text), environment);
  if (const Problem* problem = config.verdict()) {
    return std::to_string(problem->counted) + ": " + problem->message;
  }
  std::string tree;
  write_tree(config.top(), tree);
  return tree;
}

void expect(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const std::string result = result_of(row.text);
    const bool refused = !row.tree.empty() && row.tree[0] >= '0' && row.tree[0] <= '9';
    if (refused) {
      EXPECT_THAT(result, testing::HasSubstr(row.tree)) << row.what;
    } else {
      EXPECT_EQ(result, row.tree) << row.what;
    }
  }
}

TEST(ConfTraps, OfSections) {
  expect({
      {"case does not count", "<directory /a>\n</DIRECTORY>\n", "directory /a()"},
      {"a closing tag ends at its name", "<Directory /a>\n</Directory >\n",
       "2: </Directory> directive missing closing '>'"},
      {"a blank behind '<'", "< Directory /a>\n</Directory>\n", "2: Expected </> but saw"},
      {"behind the last '>' nothing counts", "<Directory /a> junk\n</Directory>\n",
       "Directory /a()"},
      {"crossed", "<Directory /a>\n<Files x>\n</Directory>\n</Files>\n",
       "3: Expected </Files> but saw </Directory>"},
      {"never closed", "<Directory /a>\n",
       "1: /etc/httpd/httpd.conf:1: <Directory> was not closed."},
      {"never opened", "</Directory>\n", "1: </Directory> without matching <Directory> section"},
      {"a mark of byte order", "\xEF\xBB\xBFTimeout 7\n", "1: Invalid command"},
      {"an error stands on the last line joined", "Timeout \\\n\\\nx y\n", "3: Timeout"},
  });
}

TEST(ConfTraps, OfVariables) {
  expect({
      {"also as a name", "Define N Timeout\n${N} 7\n", "Timeout 7"},
      {"also in a tag", "Define P /a\n<Directory ${P}/b>\n</Directory>\n", "Directory /a/b()"},
      {"a Define goes before the shell", "Define BOTH 1\nTimeout ${BOTH}\n", "Timeout 1"},
      {"the shell's", "Timeout ${FROM_SHELL}\n", "Timeout 4"},
      {"a name in another case", "Define Abc 2\nTimeout ${aBC}\n", "Timeout 2"},
      {"an unknown one stays", "ServerAdmin ${NONE}\n", "ServerAdmin ${NONE}"},
      {"no default in 2.4", "ServerAdmin ${NONE?=x}\n", "ServerAdmin ${NONE?=x}"},
      {"global, from its line on",
       "ServerAdmin ${V}\n<VirtualHost *:80>\nDefine V 1\n</VirtualHost>\nTimeout ${V}\n",
       "ServerAdmin ${V}; VirtualHost *:80(); Timeout 1"},
      {"from a file", "Include define.conf\nTimeout ${FROM_FILE}\n", "Timeout 3"},
      {"gone again", "Define V 1\nUnDefine V\nServerAdmin ${V}\n", "ServerAdmin ${V}"},
      {"not in comments", "# ${NONE}\n", ""},
      {"a value with blanks makes words", "Define O \"a b\"\nAccessFileName ${O}\n",
       "AccessFileName a b"},
      {"not twice", "Define A ${B}\nDefine B 1\nServerAdmin ${A}\n", "ServerAdmin ${B}"},
      {"no colon in a name", "Define A:B 1\n", "1: Variable name must not contain ':'"},
  });
}

TEST(ConfTraps, OfIncludes) {
  expect({
      {"the order is that of bytes, not of numbers", "Include c/*.conf\n",
       "Timeout 10; Timeout 9; Timeout 66; Timeout 97"},
      {"a folder is all that is in it", "Include d\n", "Timeout 5; Timeout 6"},
      {"wildcards in the middle", "Include d?/z\n", "Timeout 8"},
      {"brackets", "Include [c]/a.conf\n", "Timeout 97"},
      {"no match", "Include e/*.conf\n",
       "1: Include/IncludeOptional: Could not open directory /etc/httpd/e"},
      {"no match, optional", "IncludeOptional e/*.conf\n", ""},
      {"an empty folder", "Include empty/*.conf\n",
       "1: Include/IncludeOptional: No matches for the wildcard '*.conf'"},
      {"a missing file", "Include none.conf\n", "1: Could not open configuration file"},
      {"a missing file, optional", "IncludeOptional none.conf\n", ""},
      {"within the open section", "<Directory /a>\nInclude inside.conf\n</Directory>\n",
       "Directory /a(Options None)"},
      {"a file closes what it opens", "Include open.conf\n</Directory>\n", "1: "},
      {"against ServerRoot as it is now", "ServerRoot /etc/httpd/c\nInclude a.conf\n",
       "Timeout 97"},
  });
}

TEST(ConfTraps, OfConditions) {
  expect({
      {"taken", "<IfDefine YES>\nTimeout 7\n</IfDefine>\n", "Timeout 7"},
      {"not taken", "<IfDefine yes>\nTimeout 7\n</IfDefine>\n", ""},
      {"negated", "<IfDefine !NO>\nTimeout 7\n</IfDefine>\n", "Timeout 7"},
      {"by identifier and by file",
       "<IfModule so_module>\nTimeout 1\n</IfModule>\n<IfModule mod_so.c>\nTimeout "
       "2\n</IfModule>\n",
       "Timeout 1; Timeout 2"},
      {"a module that comes later",
       "<IfModule env_module>\nTimeout 1\n</IfModule>\nLoadModule env_module x.so\n", ""},
      {"what is unknown in a false block", "<IfDefine NO>\nNonsense\n</IfDefine>\n", ""},
      {"what does not nest in a false block", "<IfDefine NO>\n<Location /a>\n</IfDefine>\n",
       "1: Expected </Location> but saw </IfDefine>"},
      {"versions",
       "<IfVersion >= 2.4>\nTimeout 1\n</IfVersion>\n<IfVersion < 2.4>\nX\n</IfVersion>\n",
       "Timeout 1"},
      {"directives", "<IfDirective Timeout>\nTimeout 1\n</IfDirective>\n", "Timeout 1"},
      {"sections", "<IfSection VirtualHost>\nTimeout 1\n</IfSection>\n", "Timeout 1"},
      {"files", "<IfFile c/a.conf>\nTimeout 1\n</IfFile>\n<IfFile none>\nTimeout 2\n</IfFile>\n",
       "Timeout 1"},
  });
}

TEST(ConfTraps, OfMacros) {
  expect({
      {"names ignore case", "<Macro M $a>\nTimeout $a\n</Macro>\nUse m 7\n", "Timeout 7"},
      {"of two parameters the longer name",
       "<Macro m $a $ab>\nServerAdmin $ab$a\n</Macro>\nUse m 1 2\n", "ServerAdmin 21"},
      {"within a section",
       "<Macro m>\nOptions None\n</Macro>\n<Directory /a>\nUse m\n</Directory>\n",
       "Directory /a(Options None)"},
      {"one in another",
       "<Macro i $x>\nTimeout $x\n</Macro>\n<Macro o $y>\nUse i $y\n</Macro>\nUse o 5\n",
       "Timeout 5"},
      {"too few arguments", "<Macro m $a>\n</Macro>\nUse m\n", "3: "},
      {"unknown", "<Macro m>\n</Macro>\nUse n\n", "3: macro 'n' undefined"},
      {"itself", "<Macro m>\nUse m\n</Macro>\nUse m\n", "1: recursive use of macro 'm' is invalid"},
      {"never closed", "<Macro m>\nTimeout 7\n", "1: "},
      {"its last line ends in a backslash",
       "<Macro m $a>\nAccessFileName $a\n</Macro>\nUse m \"a\\\\\"\n b\nTimeout 7\n",
       "AccessFileName a b; Timeout 7"},
  });
}

}  // namespace
}  // namespace stockade::conf
