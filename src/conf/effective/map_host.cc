// VirtualDocumentRoot and VirtualScriptAlias: a folder for each name or address.
// Source: https://httpd.apache.org/docs/2.4/mod/mod_vhost_alias.html.
#include "base/text.h"
#include "conf/checks/words_in.h"
#include "conf/effective/mapping.h"

namespace stockade::conf {

namespace {

// One "%-2+.1" of a template: which part of the name, and which letters of it.
struct Piece {
  size_t number = 0;
  bool from_end = false;
  bool and_more = false;
};

Piece read_piece(std::string_view text, size_t& at) {
  Piece piece;
  if (at < text.size() && text[at] == '-') {
    piece.from_end = true;
    ++at;
  }
  if (at < text.size() && is_digit(text[at])) {
    piece.number = static_cast<size_t>(text[at++] - '0');
  }
  if (at < text.size() && text[at] == '+') {
    piece.and_more = true;
    ++at;
  }
  return piece;
}

std::string part_of(std::string_view name, const Piece& piece) {
  if (piece.number == 0) return std::string(name);
  const auto parts = split(name, '.');
  if (piece.number > parts.size()) return "_";
  const size_t index = piece.from_end ? parts.size() - piece.number : piece.number - 1;
  const size_t first = piece.from_end && piece.and_more ? 0 : index;
  const size_t last = !piece.from_end && piece.and_more ? parts.size() - 1 : index;
  std::string out;
  for (size_t i = first; i <= last; ++i) {
    if (i != first) out += '.';
    out += parts[i];
  }
  return out;
}

std::string letters_of(const std::string& part, const Piece& piece) {
  if (piece.number == 0) return part;
  if (piece.number > part.size()) return "_";
  if (!piece.from_end) {
    return piece.and_more ? part.substr(piece.number - 1) : part.substr(piece.number - 1, 1);
  }
  const size_t at = part.size() - piece.number;
  return piece.and_more ? part.substr(0, at + 1) : part.substr(at, 1);
}

// The folder that a template names; `port` is the text of %p.
std::string filled(std::string_view text, std::string_view name, std::string_view port) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '%') {
      out += text[at++];
      continue;
    }
    ++at;
    if (at < text.size() && (text[at] == '%' || text[at] == 'p')) {
      out += text[at] == 'p' ? port : "%";
      ++at;
      continue;
    }
    std::string part = part_of(name, read_piece(text, at));
    if (at < text.size() && text[at] == '.') {
      const size_t dot = at++;
      const bool counts = at < text.size() && (text[at] == '-' || is_digit(text[at]));
      if (counts) {
        part = letters_of(part, read_piece(text, at));
      } else {
        at = dot;
      }
    }
    out += lower(part);
  }
  return out;
}

// The last of the directive and its twin for addresses.
Found chosen(const Layers& layers, std::string_view names) {
  Found last;
  for (const Layer& layer : layers) {
    if (layer.walk != Walk::server) continue;
    for (const Directive& d : layer.body) {
      if (!d.section && is_one_of(d.name, names)) last = {&d, &layer};
    }
  }
  return last;
}

std::string port_of(const RequestFacts& facts, const Layers& layers) {
  const auto url = self_url(facts, layers, "");
  if (!url) return "";
  const size_t colon = url->rfind(':');
  if (colon > 6) return url->substr(colon + 1);
  return facts.request().tls ? "443" : "80";
}

}  // namespace

bool map_by_host(Mapping& mapping) {
  const std::string& path = mapping.facts.path;
  const size_t scripts = path.find("cgi-bin/");
  bool script = scripts != std::string::npos && scripts == path.find_first_not_of('/');
  Found found;
  if (script) found = chosen(mapping.layers, "VirtualScriptAlias|VirtualScriptAliasIP");
  script = static_cast<bool>(found);
  if (!found) found = chosen(mapping.layers, "VirtualDocumentRoot|VirtualDocumentRootIP");
  if (!found || equals_ignoring_case(found.directive->arg(0), "none")) return false;
  const bool by_address = ends_with_ignoring_case(found.directive->name, "IP");
  const Request& request = mapping.facts.request();
  const Found canonical = last_in(mapping.layers, "UseCanonicalName");
  if (canonical && !equals_ignoring_case(canonical.directive->arg(0), "Off")) {
    return mapping.wonder("VirtualDocumentRoot with UseCanonicalName is not evaluated", found);
  }
  const std::string& name = by_address ? request.address : request.host;
  if (name.empty()) {
    return mapping.wonder(by_address ? "the address that is connected to is not given"
                                     : "the Host header is not given",
                          found);
  }
  const std::string_view text = found.directive->arg(0);
  const std::string port = port_of(mapping.facts, mapping.layers);
  if (port.empty() && text.find("%p") != std::string_view::npos) {
    return mapping.wonder("the server's port is not known", found);
  }
  const std::string folder = filled(text, name, port);
  std::string rest = script ? path.substr(scripts + 7) : path;
  if (text.ends_with('/')) rest.erase(0, 1);
  if (script) {
    mapping.out.handler = "cgi-script";
    mapping.out.script_alias = true;
  } else {
    mapping.out.document_root = folder;
  }
  mapping.step(script ? "VirtualScriptAlias" : "VirtualDocumentRoot", folder + rest, found);
  mapping.out.filename = folder + rest;
  return true;
}

}  // namespace stockade::conf
