// ld.so.cache: which file the dynamic loader takes for a library's name.
//
// Distrusts: every byte of the file.
// Source: glibc, sysdeps/generic/dl-cache.h ("glibc-ld.so.cache1.1").
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stockade::jail {

// By name, in the order of the file. Empty where `bytes` is no such cache; entries that lead
// outside the file are passed over.
std::map<std::string, std::vector<std::string>, std::less<>> read_loader_cache(
    std::string_view bytes);

}  // namespace stockade::jail
