#include "rules/support/asked.h"

#include <memory>

#include "host/snapshot_files.h"

namespace stockade::rules {

namespace {

struct Asking {
  std::unique_ptr<host::SnapshotFiles> files;
  std::unique_ptr<conf::PathClasses> classes;
  conf::Client stranger;
};

conf::World world_of(const Snapshot& snapshot, const FileSystem& files) {
  // Modules of others that leave a request alone unless a directive says otherwise.
  return {snapshot.config,
          snapshot.servers,
          files,
          snapshot.environment.version,
          {"php_module", "php5_module", "php7_module", "wsgi_module", "fcgid_module"}};
}

const Asking& asking(const Snapshot& snapshot) {
  return snapshot.derived.get<Asking>([&snapshot] {
    Asking made;
    made.files = std::make_unique<host::SnapshotFiles>(snapshot);
    made.classes = std::make_unique<conf::PathClasses>(world_of(snapshot, *made.files),
                                                       conf::ClassOptions{.most_entries = 0});
    made.stranger = conf::clients_of({&snapshot.config}).front();
    return made;
  });
}

}  // namespace

const conf::PathClasses& url_classes(const Snapshot& snapshot) { return *asking(snapshot).classes; }

conf::Outcome asked(const Snapshot& snapshot, const conf::Server& server, const std::string& path,
                    const std::string& method) {
  const Asking& with = asking(snapshot);
  conf::Client client = with.stranger;
  client.method = method;
  return conf::outcome_of(world_of(snapshot, *with.files),
                          conf::request_for(snapshot.servers, server, path), client);
}

}  // namespace stockade::rules
