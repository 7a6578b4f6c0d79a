// The error log of nginx, which stands before many an httpd:
// "2026/04/09 11:53:36 [error] 2865#0: *66 user "tony": password mismatch, client: 192.0.2.1,
// server: www.example.org, request: "GET / HTTP/1.1", host: "www.example.org"".
// Source: nginx src/core/ngx_log.c, src/http/ngx_http_request.c (ngx_http_log_error)
#pragma once

#include "logs/record.h"

namespace stockade::logs {

// Fills `record` with kind error and module "nginx"; false where the line is none of nginx's.
bool parse_nginx_error(std::string_view line, Record& record);

}  // namespace stockade::logs
