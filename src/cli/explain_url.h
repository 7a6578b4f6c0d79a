// `stockade explain URL`: what httpd does with one request.
#pragma once

#include "base/result.h"
#include "cli/command.h"
#include "cli/show.h"
#include "cli/target.h"

namespace stockade::cli {

inline constexpr Option kRequestOptions[] = {
    kPageFormatOption,
    kColourOption,
    kWidthOption,
    kRootOption,
    kConfigOption,
    kDefineOption,
    {"--from", "ADDR", "of a URL: the client's address"},
    {"--connect", "ADDR[:PORT]", "of a URL: where the client connects to, if not to its host"},
    {"--method", "METHOD", "of a URL: the request's method (default: GET)"},
    {"--why-not", "STATUS", "of a URL: what stands in the way of this status"},
    {"--header", "NAME: VALUE", "of a URL: a header of the request; may be repeated"},
};

Result<int> explain_url(const Command& command, const Arguments& arguments, const Look& look);

}  // namespace stockade::cli
