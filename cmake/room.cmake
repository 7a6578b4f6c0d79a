# stockade_room(conf LINKS stockade_base PkgConfig::PCRE2)
# One room of the house = one folder = one static library stockade_<name>, made of every .cc below
# the folder, and one test program tests_<name>, made of every *_test.cc. Nothing is listed by hand.
function(stockade_room name)
  cmake_parse_arguments(ROOM "" "" "LINKS;SOURCES;TEST_LINKS" ${ARGN})
  string(REPLACE "/" "_" target ${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  if(NOT sources AND NOT ROOM_SOURCES)
    add_library(stockade_${target} INTERFACE)  # headers only, so far
    target_include_directories(stockade_${target} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(stockade_${target} INTERFACE fmt::fmt ${ROOM_LINKS})
    return()
  endif()
  add_library(stockade_${target} STATIC ${sources} ${ROOM_SOURCES})
  target_include_directories(stockade_${target} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(stockade_${target} PUBLIC fmt::fmt ${ROOM_LINKS})
  if(STOCKADE_TESTS AND tests)
    stockade_test_program(tests_${target} SOURCES ${tests} LINKS stockade_${target} ${ROOM_TEST_LINKS})
  endif()
endfunction()

# A gtest program whose cases ctest finds by itself.
function(stockade_test_program name)
  cmake_parse_arguments(PROGRAM "" "" "LINKS;SOURCES" ${ARGN})
  add_executable(${name} ${PROGRAM_SOURCES})
  target_link_libraries(${name} PRIVATE ${PROGRAM_LINKS} GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE STOCKADE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                             STOCKADE_BINARY_DIR="${CMAKE_BINARY_DIR}")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()
