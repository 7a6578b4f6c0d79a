#include "conf/checks/check.h"

namespace stockade::conf {

namespace {

uint8_t kind_of(const Directive& section) {
  if (section.is("VirtualHost")) return kInVirtualHost;
  if (section.is("Directory") || section.is("DirectoryMatch")) return kInDirectory;
  if (section.is("Location") || section.is("LocationMatch")) return kInLocation;
  if (section.is("Files") || section.is("FilesMatch")) return kInFiles;
  if (section.is("If") || section.is("ElseIf") || section.is("Else")) return kInIf;
  if (section.is("Limit") || section.is("LimitExcept")) return kInLimit;
  if (section.is("Proxy") || section.is("ProxyMatch")) return kInProxy;
  return 0;
}

bool in_directory_context(const Directive& d) {
  for (const Directive* at = d.parent; at != nullptr; at = at->parent) {
    if (!at->is("VirtualHost")) return true;
  }
  return false;
}

// <RequireAll> and its kin admit authorization alone.
bool fits_container(const CheckInput& input) {
  const Directive* parent = input.directive.parent;
  const bool in_container =
      parent != nullptr &&
      (parent->is("RequireAll") || parent->is("RequireAny") || parent->is("RequireNone"));
  return !in_container || input.row.section ||
         input.row.override_class == OverrideClass::auth_config;
}

std::string shown(const Directive& d, const CheckInput& input) {
  return d.section ? "<" + std::string(input.name()) : std::string(input.name());
}

}  // namespace

uint8_t sections_around(const Directive& d) {
  uint8_t kinds = 0;
  for (const Directive* at = d.parent; at != nullptr; at = at->parent) kinds |= kind_of(*at);
  return kinds;
}

std::string check_context(const CheckInput& input) {
  const Directive& d = input.directive;
  uint8_t needed = in_directory_context(d) ? kDirectory : kServerConfig | kVirtualHost;
  if ((sections_around(d) & kInProxy) != 0) needed |= kProxy;
  const bool is_allowed = (input.row.contexts & needed) != 0 && fits_container(input);
  if (is_allowed) return "";
  if (d.parent == nullptr) return shown(d, input) + " not allowed here";
  return shown(d, input) + " not allowed in <" + std::string(d.parent->name) + "> context";
}

std::string check_sections(const CheckInput& input) {
  const uint8_t refused = input.row.not_in & sections_around(input.directive);
  if (refused == 0) return "";
  const char* where = nullptr;
  if ((refused & kInVirtualHost) != 0) {
    where = "<VirtualHost>";
  } else if ((refused & kInLimit) != 0) {
    where = "<Limit> or <LimitExcept>";
  } else if ((refused & kInDirectory) != 0) {
    where = "<Directory>";
  } else if ((refused & kInLocation) != 0) {
    where = "<Location>";
  } else if ((refused & kInFiles) != 0) {
    where = "<Files>";
  } else {
    where = (refused & kInProxy) != 0 ? "<Proxy>" : "<If>";
  }
  const std::string end = input.directive.section ? ">" : "";
  return shown(input.directive, input) + end + " cannot occur within " + where + " section";
}

}  // namespace stockade::conf
