// What a client can put where: groups of a regular expression and the references to them.
#pragma once

#include <string_view>
#include <vector>

namespace stockade::rules {

// The capturing groups of a Perl regular expression, in order: the text between the parentheses.
struct Group {
  size_t begin = 0;  // of the opening parenthesis
  size_t end = 0;    // behind the closing one, without a quantifier
  std::string_view text;
};
std::vector<Group> groups_of(std::string_view expression);

// Whether the group, taken alone, matches the whole of `text`. One that cannot be compiled alone
// (it refers to another group) is taken to match.
bool group_takes(std::string_view group, std::string_view text);

// "$1", "%2", "%{HTTP_HOST}", "${map:key}" in a substitution.
struct Reference {
  enum class Kind { group, condition_group, variable, map };
  Kind kind = Kind::group;
  size_t begin = 0;
  size_t end = 0;
  size_t number = 0;      // of a group
  std::string_view name;  // of a variable
};
std::vector<Reference> references_in(std::string_view text);

// Scheme and authority of an absolute URL: "http://backend:80" of "http://backend:80/x". Empty
// where there is no "://".
std::string_view origin_of(std::string_view url);

}  // namespace stockade::rules
