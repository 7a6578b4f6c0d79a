#include "rules/support/tree.h"

namespace stockade::rules {

namespace {

const conf::Directive* next_in_order(const conf::Directive* d) {
  if (d->first_child != nullptr) return d->first_child;
  while (d != nullptr && d->next == nullptr) d = d->parent;
  return d == nullptr ? nullptr : d->next;
}

}  // namespace

void for_each_directive(const conf::Config& config,
                        const std::function<void(const conf::Directive&)>& visit) {
  for (const conf::Directive* d = config.root; d != nullptr; d = next_in_order(d)) visit(*d);
}

bool same_text(const conf::Directive& a, const conf::Directive& b) {
  return a.file == b.file && a.offset == b.offset;
}

}  // namespace stockade::rules
