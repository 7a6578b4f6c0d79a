// Requests that a proxy or a container writes as one JSON object a line: Traefik, Envoy, nginx and
// httpd with a format of their own. The names of the fields are what people use; a field of an
// unknown name is skipped.
#pragma once

#include <string>
#include <string_view>

#include "logs/record.h"

namespace stockade::logs {

// Where texts are kept whose escapes were resolved; the record's views reach into it until the next
// line.
struct JsonLine {
  std::string texts;
  std::string_view message;  // a line of another format that the object carries
};

// Whether the object has a client and a request, or a message to be read in its place.
bool parse_json_line(std::string_view line, JsonLine& json, Record& record);

}  // namespace stockade::logs
