#include "mod_stockade/evasive_names.h"

namespace {
void register_main(apr_pool_t* pool);
}

// Modules of their own with nothing in them but a name.
#define NAME_OF_EVASIVE(symbol, file)                             \
  __attribute__((visibility("default"))) module_struct symbol = { \
      MODULE_MAGIC_NUMBER_MAJOR,                                  \
      MODULE_MAGIC_NUMBER_MINOR,                                  \
      -1,                                                         \
      file,                                                       \
      nullptr,                                                    \
      nullptr,                                                    \
      MODULE_MAGIC_COOKIE,                                        \
      nullptr,                                                    \
      nullptr,                                                    \
      nullptr,                                                    \
      nullptr,                                                    \
      nullptr,                                                    \
      nullptr,                                                    \
      register_main,                                              \
      0,                                                          \
  }
NAME_OF_EVASIVE(evasive20_module, "mod_evasive20.c");
NAME_OF_EVASIVE(evasive_module, "mod_evasive24.c");
#undef NAME_OF_EVASIVE

namespace {

apr_status_t remove_module(void* which) {
  auto* added = static_cast<module*>(which);
  if (ap_find_linked_module(added->name) == added) ap_remove_module(added);
  return APR_SUCCESS;
}

// Adds a module of this file to httpd's list for as long as the configuration lasts.
void add_module(module& added, const char* symbol, apr_pool_t* pool) {
  if (ap_find_linked_module(added.name) != nullptr) return;
  // Before: httpd calls the new one's hooks while it adds it.
  apr_pool_cleanup_register(pool, &added, remove_module, apr_pool_cleanup_null);
  ap_add_module(&added, pool, symbol);
}

void register_main(apr_pool_t* pool) { add_module(stockade_module, "stockade_module", pool); }

}  // namespace

namespace stockade::module {

void answer_to_evasive_names(apr_pool_t* pool) {
  add_module(evasive20_module, "evasive20_module", pool);
  add_module(evasive_module, "evasive_module", pool);
}

}  // namespace stockade::module
