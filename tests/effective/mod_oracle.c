/* For the tests alone, never installed: tells in a response which virtual host, handler and file
 * httpd chose. Built with apxs by the test that loads it. */
/* The others need it first. */
#include "httpd.h"

#include "apr_strings.h"
#include "http_config.h"
#include "http_request.h"

static void tell(request_rec* r) {
  apr_table_setn(r->err_headers_out, "X-Oracle-Vhost",
                 apr_psprintf(r->pool, "%u", r->server->defn_line_number));
  apr_table_setn(r->err_headers_out, "X-Oracle-Handler", r->handler ? r->handler : "-");
  apr_table_setn(r->err_headers_out, "X-Oracle-File", r->filename ? r->filename : "-");
}

static void register_hooks(apr_pool_t* p) {
  (void)p;
  ap_hook_insert_filter(tell, NULL, NULL, APR_HOOK_REALLY_FIRST);
  ap_hook_insert_error_filter(tell, NULL, NULL, APR_HOOK_REALLY_FIRST);
}

AP_DECLARE_MODULE(oracle) = {STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, register_hooks};
