// When a request is over: what only its answer tells is counted, for the next one.
#include "mod_stockade/proxies.h"
#include "mod_stockade/request.h"
#include "mod_stockade/table.h"

namespace stockade::module {

namespace {

// A request may have been redirected inside the server: one 404 on the way counts, and counts once.
bool has_status(const request_rec* r, int status) {
  for (; r != nullptr; r = r->next) {
    if (r->status == status) return true;
  }
  return false;
}

apr_off_t bytes_sent(const request_rec* r) {
  apr_off_t bytes = 0;
  for (; r != nullptr; r = r->next) bytes += r->bytes_sent;
  return bytes;
}

class Recorder {
 public:
  Recorder(request_rec* r, const Plan& plan) : r_(r), plan_(plan), client_(client_of(r)) {}

  void record(uint8_t index, uint64_t units) {
    if (!plan_.has_class(index) || units == 0) return;
    limit::Rule rule = plan_.rules[index];
    if (proxies::contains(client_)) rule.bans = false;
    const auto verdict = plan_.limiter->record(client_, rule, units, table::current()->now());
    if (verdict.is_new) log_change(r_, verdict);
  }

 private:
  request_rec* r_;
  const Plan& plan_;
  limit::Client client_;
};

// Apart, so that who counts nothing afterwards pays for no room on the stack.
[[gnu::noinline]] void count_answer(request_rec* r, const Plan& plan) {
  const Mark mark = mark_of(r);
  if (mark == Mark::turned_away || mark == Mark::not_counted) return;
  Recorder recorder(r, plan);
  if (has_status(r, HTTP_NOT_FOUND)) recorder.record(kMissing, 1);
  // The first 401 of a browser is a question, not a failure: it had no credentials yet.
  const bool is_refused =
      has_status(r, HTTP_UNAUTHORIZED) && apr_table_get(r->headers_in, "Authorization") != nullptr;
  if (mark != Mark::login_counted && (is_refused || has_status(r, HTTP_FORBIDDEN))) {
    recorder.record(kLogin, 1);
  }
  if (plan.has_class(kBytes)) {
    recorder.record(kBytes, (static_cast<uint64_t>(bytes_sent(r)) + 1023) / 1024);
  }
  if (plan.has_class(kSlow)) {
    const apr_time_t spent = apr_time_now() - r->request_time;
    recorder.record(kSlow, spent > 0 ? static_cast<uint64_t>(spent) / 1000 : 0);
  }
}

}  // namespace

int judge_answer(request_rec* r) {
  const Plan* plan = plan_of(r->server);
  if (plan == nullptr || plan->limiter == nullptr || r->main != nullptr) return DECLINED;
  constexpr uint64_t kAfter = 1U << kLogin | 1U << kMissing | 1U << kBytes | 1U << kSlow;
  if ((plan->has & kAfter) == 0 || !plan->is_enabled) return DECLINED;
  count_answer(r, *plan);
  return DECLINED;
}

}  // namespace stockade::module
