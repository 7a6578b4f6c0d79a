# Short builds: ccache, mold, and precompiled headers, which more than halve the time of a clean one.
# The clang presets build without them, so a header that does not stand by itself is still found.
find_program(CCACHE ccache)
if(CCACHE)
  # The last two are what ccache asks for where headers are precompiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=time_macros,pch_defines ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(STOCKADE_PRECOMPILE OFF)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(STOCKADE_PRECOMPILE ON)
endif()

# stockade_precompile(target OWNER HEADERS...): the first to name OWNER makes the headers under that
# target's flags, later ones take what it made.
function(stockade_precompile target owner)
  if(NOT STOCKADE_PRECOMPILE)
    return()
  endif()
  target_compile_options(${target} PRIVATE -fpch-preprocess)
  if(target STREQUAL owner)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()

# stockade_together(target N): N sources are compiled as one. What a compilation costs here is starting it and reading headers,
# so this more than halves a clean build again. "asan", which clang-tidy reads too, "tsan" and "debug" compile each file by
# itself: what one forgets to include is found there.
function(stockade_together target sources_at_once)
  if(STOCKADE_FUZZ OR (STOCKADE_PRECOMPILE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug"))
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${sources_at_once})
  endif()
endfunction()
