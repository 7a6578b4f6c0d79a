// Capabilities, no_new_privs, memory that is written to or run but never both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace stockade::jail {

// In the bounding, permitted and effective sets alike; nothing else is left. False: errno says why.
bool keep_capabilities(std::initializer_list<int> kept);
bool keep_capability_bits(uint64_t kept);  // the same, a bit for each by its number

// False where the kernel does not know it (before 6.3): the system call filter refuses the
// commonest way all the same.
bool refuse_writable_code();

bool refuse_new_privileges();

// A filter of the kernel's own form, as confine/system_calls makes it; for all threads of this
// process and all that it starts.
bool load_filter(const void* program, std::size_t size);

}  // namespace stockade::jail
