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

extern struct module_struct stockade_module;
extern struct module_struct evasive20_module;
extern struct module_struct evasive_module;
}

// As APLOG_USE_MODULE, whose word "module" clang takes for C++'s own.
static int* const aplog_module_index = &stockade_module.module_index;
