// What every program expects around it.
#include "base/text.h"
#include "jail/plan/draft.h"

namespace stockade::jail {
namespace {

void plan_accounts(Draft& draft) {
  std::string users = "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\n";
  std::string groups = "root:x:0:\n";
  for (const Account& account : draft.plan().accounts) {
    users += account.name + ":x:" + std::to_string(account.uid) + ":" +
             std::to_string(account.gid) + "::/nonexistent:/usr/sbin/nologin\n";
    groups += (account.group.empty() ? account.name : account.group) +
              ":x:" + std::to_string(account.gid) + ":\n";
  }
  draft.add_generated("/etc/passwd", users, "httpd looks up its User; no other account is in it");
  draft.add_generated("/etc/group", groups, "httpd looks up its Group");
}

}  // namespace

void plan_base(Draft& draft) {
  plan_accounts(draft);
  const bool asks_names = !draft.plan().backends.empty();
  draft.add_generated(
      "/etc/nsswitch.conf",
      std::string("passwd: files\ngroup: files\nhosts: files") + (asks_names ? " dns\n" : "\n"),
      "names are looked up in files: no library is opened for it");
  draft.add_generated("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n",
                      "localhost has to be known");
  if (asks_names) draft.bind(ItemKind::data, "/etc/resolv.conf", "the site asks others by name");
  draft.bind(ItemKind::data, "/etc/localtime", "the times in the logs");
  draft.bind(ItemKind::device, "/dev/null", "httpd opens it for programs that it starts");
  draft.bind(ItemKind::device, "/dev/zero", "the memory of httpd's mutexes");
  draft.bind(ItemKind::device, "/dev/urandom",
             "random numbers, for whoever reads them from a file");
  draft.add_runtime("/tmp", 0, 01777, "temporary files");
  draft.add_runtime("/var/tmp", 0, 01777, "temporary files");
  for (const std::string_view link :
       {"/lib", "/lib64", "/bin", "/sbin", "/var/run", "/var/lock", "/usr/lib64"}) {
    draft.add_link(link);
  }
}

}  // namespace stockade::jail
