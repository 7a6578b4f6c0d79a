#include "cli/explain_url.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/sight.h"
#include "cli/url.h"
#include "report/request_page.h"

namespace stockade::cli {
namespace {

tl::unexpected<Error> refuse(const Command& command, std::string_view option,
                             std::string_view wanted, std::string_view value) {
  return usage_error(command.name, fmt::format("{} takes {}; not \"{}\"", option, wanted, value));
}

Result<conf::Request> request_of(const Command& command, const Arguments& arguments) {
  const auto url = parse_url(arguments.word(0));
  if (!url) {
    return usage_error(command.name,
                       fmt::format("\"{}\" is no URL of a web server", arguments.word(0)),
                       "write http://HOST/PATH, with blanks as %20");
  }
  conf::Request request;
  request.tls = url->tls;
  request.host = url->host;
  request.port = url->port;
  request.host_port =
      url->port_given && url->port != (url->tls ? 443 : 80) ? url->port : uint16_t{0};
  request.target = url->target;
  if (is_address(url->host)) request.address = url->host;
  if (arguments.has("--method")) request.method = arguments.value("--method");
  if (arguments.has("--from")) {
    request.client = arguments.value("--from");
    if (!is_address(request.client)) return refuse(command, "--from", "an address", request.client);
  }
  if (arguments.has("--connect")) {
    const auto end = parse_endpoint(arguments.value("--connect"));
    if (!end)
      return refuse(command, "--connect", "ADDR or ADDR:PORT", arguments.value("--connect"));
    request.address = end->address;
    if (end->port != 0) request.port = end->port;
  }
  if (const auto given = arguments.options.find("--header"); given != arguments.options.end()) {
    for (const std::string& header : given->second) {
      const size_t colon = header.find(':');
      if (colon == std::string::npos || colon == 0) {
        return refuse(command, "--header", "\"NAME: VALUE\"", header);
      }
      const std::string value(trim(std::string_view(header).substr(colon + 1)));
      if (equals_ignoring_case(header.substr(0, colon), "Host")) {
        return refuse(command, "--header", "other headers than Host, which the URL says", header);
      }
      request.headers.emplace_back(header.substr(0, colon), value);
    }
  }
  return request;
}

// Of --why-not; 0: not asked.
Result<int> wanted_status(const Command& command, const Arguments& arguments) {
  if (!arguments.has("--why-not")) return 0;
  const auto status = parse_number(arguments.value("--why-not"));
  if (status && *status >= 200 && *status <= 599) return static_cast<int>(*status);
  return refuse(command, "--why-not", "a status from 200 to 599", arguments.value("--why-not"));
}

}  // namespace

Result<int> explain_url(const Command& command, const Arguments& arguments, const Look& look) {
  const auto request = request_of(command, arguments);
  if (!request) return tl::make_unexpected(request.error());
  const auto wanted = wanted_status(command, arguments);
  if (!wanted) return tl::make_unexpected(wanted.error());
  const auto sight = see(command.name, arguments);
  if (!sight) return tl::make_unexpected(sight.error());
  const Snapshot* snapshot = sight->snapshot.get();
  const conf::World world = sight->world();
  const conf::Effective effective = conf::predict(world, *request);
  conf::WhyNot why;
  if (*wanted != 0) why = conf::why_not(world, *request, effective, *wanted);
  const std::string text = report::render_request(
      *snapshot, *request, effective, *wanted != 0 ? &why : nullptr, look.format, look.render);
  const bool sound = warn_of_refusal(*snapshot);
  const bool complete = sound && effective.doubts.empty();
  return write_stdout(text).map([complete] { return int{complete ? kClean : kIncomplete}; });
}

}  // namespace stockade::cli
