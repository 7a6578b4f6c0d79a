// The variables, functions and operators that httpd's expressions know, and who brings them.
// Source: server/util_expr_eval.c; the expr_lookup hooks of mod_ssl and mod_http2.
#pragma once

#include <functional>
#include <string_view>

namespace stockade::conf::expr {

enum class NameKind : unsigned char { variable, function, list_function, unary, binary };

// Says of a module ("ssl_module") whether it is loaded.
using HasModule = std::function<bool(std::string_view)>;

bool is_known(NameKind kind, std::string_view name, const HasModule& has_module);
// Reads files: not to be had in .htaccess.
bool is_restricted(NameKind kind, std::string_view name);

}  // namespace stockade::conf::expr
