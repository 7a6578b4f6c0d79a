#include "conf/effective/if_sections.h"

#include "conf/checks/expressions.h"
#include "conf/effective/sections.h"

namespace stockade::conf {

namespace {

bool is_conditional(const Directive& d) {
  return d.section && (d.is("If") || d.is("ElseIf") || d.is("Else"));
}

expr::Answer holds(const Layer& layer, const Directive& d, const expr::Facts& facts) {
  const expr::Parsed parsed = expr::parse(d.arg(0), parse_options(*layer.config));
  if (!parsed.error.empty()) return {expr::Truth::unknown, parsed.error};
  return expr::evaluate(parsed.root, facts);
}

}  // namespace

IfSections if_layers(const Layers& around, const expr::Facts& facts) {
  using expr::Truth;
  IfSections out;
  Truth before = Truth::no;  // whether the chain has had its turn
  for (const Layer& layer : around) {
    for (const Directive& d : layer.body) {
      if (!is_conditional(d)) continue;
      if (!d.is("If") && before == Truth::yes) continue;
      const expr::Answer answer =
          d.is("Else") ? expr::Answer{Truth::yes, ""} : holds(layer, d, facts);
      if (answer.truth == Truth::unknown) {
        out.doubt = answer.cause;
        out.doubt_place = place_of(*layer.config, d);
        return out;
      }
      before = answer.truth;
      if (answer.truth == Truth::no) continue;
      out.layers.push_back(layer_of(Walk::condition, *layer.config, d));
      for (const Directive& inner : children_of(d)) {
        if (!inner.section ||
            !(is_conditional(inner) || inner.is("Files") || inner.is("FilesMatch")))
          continue;
        out.doubt = "a section within <If> is not evaluated";
        out.doubt_place = place_of(*layer.config, inner);
      }
    }
  }
  return out;
}

}  // namespace stockade::conf
