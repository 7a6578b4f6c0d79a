// httpd's headers: C, and not all of them say so.
#pragma once

extern "C" {
#include <ap_mpm.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_connection.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>
#include <httpd.h>

extern module AP_MODULE_DECLARE_DATA stockade_module;
extern module AP_MODULE_DECLARE_DATA evasive20_module;
extern module AP_MODULE_DECLARE_DATA evasive_module;
}

APLOG_USE_MODULE(stockade);
