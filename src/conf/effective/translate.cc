#include "conf/effective/translate.h"

#include "base/text.h"
#include "conf/effective/mapping.h"
#include "conf/effective/uri.h"

namespace stockade::conf {

namespace {

void map_below_root(Mapping& mapping) {
  Found root;
  for (const Layer& layer : mapping.layers) {
    for (const Directive& d : layer.body) {
      if (!d.section && d.is("DocumentRoot")) root = {&d, &layer};
    }
  }
  if (!root) {
    mapping.out.doubt = "no DocumentRoot is set, and the one compiled in is not known";
    return;
  }
  const std::string base = absolute_path(mapping.world->config.server_root, root.directive->arg(0));
  const std::string rest = without_double_slashes(mapping.facts.path);
  mapping.out.filename = (base == "/" ? "" : base) + rest;
  mapping.step("DocumentRoot", mapping.out.filename, root);
}

}  // namespace

std::optional<std::string> self_url(const RequestFacts& facts, const Layers& layers,
                                    std::string_view path) {
  const Request& request = facts.request();
  const Found canonical = last_in(layers, "UseCanonicalName");
  const Found physical = last_in(layers, "UseCanonicalPhysicalPort");
  const bool on = canonical && !equals_ignoring_case(canonical.directive->arg(0), "Off");
  if (on || physical || request.host.empty()) return std::nullopt;
  const uint16_t usual = request.tls ? 443 : 80;
  uint16_t port = request.host_port;
  // Without a port in the Host header httpd takes the server's own.
  if (port == 0) {
    const Server& server = *facts.server;
    port = server.name_port;
    if (port == 0 && !server.addresses.empty()) port = server.addresses.front().port;
    if (port == 0 && !server.is_main()) port = usual;
    if (port == 0) return std::nullopt;
  }
  std::string url = request.tls ? "https://" : "http://";
  url += lower(request.host);
  if (port != usual) url += ":" + std::to_string(port);
  return url + std::string(path);
}

Translated translate(const World& world, const RequestFacts& facts, const Layers& layers,
                     std::string_view raw) {
  Mapping mapping{&world, facts, layers, raw, {}};
  const bool settled = map_by_proxy(mapping) || map_by_redirect(mapping) || map_by_alias(mapping) ||
                       map_by_user(mapping) || map_by_host(mapping);
  if (!settled) map_below_root(mapping);
  return std::move(mapping.out);
}

Translated redirect_in_section(const RequestFacts& facts, const Layers& layers) {
  Mapping mapping{nullptr, facts, layers, "", {}};
  map_by_section_redirect(mapping);
  return std::move(mapping.out);
}

}  // namespace stockade::conf
