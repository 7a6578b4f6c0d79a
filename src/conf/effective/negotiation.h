// Options MultiViews: what httpd looks for where a file is not there.
// Source: modules/mappers/mod_negotiation.c (read_types_multi); content-negotiation.html.
#pragma once

#include <string>

#include "conf/effective/pass.h"

namespace stockade::conf {

// Why it is not known what a request for a file that is not there leads to; empty where httpd finds
// no file of that name and one extension more, and goes on as if it had not looked. Which of
// several it would take depends on what the client prefers and on what mime.types says.
std::string negotiation_doubt(const World& world, const Pass& pass);

}  // namespace stockade::conf
