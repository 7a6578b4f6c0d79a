// A place of the configuration as the JSON of several commands writes it.
#pragma once

#include "conf/effective/effective.h"
#include "report/json.h"

namespace stockade::report {

inline void put_place(Json& json, const conf::Place& place) {
  json["file"] = place.file.empty() ? Json() : Json(place.file);
  json["line"] = place.line == 0 ? Json() : Json(place.line);
}

// "file:line", "file", or empty.
inline std::string place_text(const conf::Place& place) {
  if (place.line == 0) return place.file;
  return place.file + ":" + std::to_string(place.line);
}

}  // namespace stockade::report
