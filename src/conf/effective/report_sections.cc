#include "conf/effective/report_sections.h"

#include "base/text.h"
#include "conf/effective/known_directives.h"

namespace stockade::conf {

namespace {

// Earlier lines of that name stay without effect.
bool replaces(const Directive& d) {
  if (d.info == nullptr) return false;
  if (d.is("Options")) return !d.arg(0).starts_with('+') && !d.arg(0).starts_with('-');
  return d.info->merge == MergeKind::replace || d.info->merge == MergeKind::authz;
}

bool merges_access(const Layer& layer) {
  for (const Directive& d : layer.body) {
    if (!d.section && d.is("AuthMerging")) return !d.has_arg("Off");
  }
  return false;
}

class Teller {
 public:
  explicit Teller(const Layers& layers) : layers_(layers) {}

  std::vector<AppliedSection> run() {
    for (size_t at = 0; at < layers_.size(); ++at) {
      const Layer& layer = layers_[at];
      AppliedSection section{layer.kind, layer.name, {}, {}};
      if (layer.section != nullptr) section.place = place_of(*layer.config, *layer.section);
      if (layer.kind == ".htaccess") section.place = {layer.name, 0};
      add(layer.body, at, section);
      told_.push_back(std::move(section));
    }
    return std::move(told_);
  }

 private:
  void add(Children body, size_t at, AppliedSection& section) {
    const Layer& layer = layers_[at];
    for (const Directive& d : body) {
      if (d.section) {
        if (d.is("Limit") || d.is("LimitExcept") || d.is("RequireAll") || d.is("RequireAny") ||
            d.is("RequireNone")) {
          section.settings.push_back({said(layer, d), silenced("Require", at)});
          add(children_of(d), at, section);
        }
        continue;
      }
      if (!is_per_request(d) || (layer.walk == Walk::server && !is_evaluated(d))) continue;
      Setting setting{said(layer, d), {}};
      if (replaces(d)) setting.overrode = silenced(d.name, at);
      section.settings.push_back(std::move(setting));
    }
  }

  std::vector<Said> silenced(std::string_view name, size_t at) const {
    std::vector<Said> found;
    const bool access = equals_ignoring_case(name, "Require");
    if (access && merges_access(layers_[at])) return found;
    for (size_t i = 0; i < at; ++i) {
      for (const Directive& earlier : layers_[i].body) {
        if (!earlier.section && earlier.is(name)) found.push_back(said(layers_[i], earlier));
      }
    }
    return found;
  }

  const Layers& layers_;
  std::vector<AppliedSection> told_;
};

}  // namespace

std::vector<AppliedSection> report_sections(const Layers& layers) { return Teller(layers).run(); }

}  // namespace stockade::conf
