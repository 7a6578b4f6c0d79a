# Warnings are errors, with both compilers.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wformat=2 -Werror
  -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # GCC 12's own std::stable_sort uses what it marks as deprecated.
  add_compile_options(-Wthread-safety -Wno-unused-command-line-argument -Wno-deprecated-declarations)
else()
  # GCC 12 reports false positives from its own std::string under -O2.
  add_compile_options(-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endif()
