# Stockade runs as root on other people's servers: the compiler's whole defence is on.
add_compile_options(-fstack-protector-strong -fcf-protection=full -ftrivial-auto-var-init=zero)
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
add_compile_options(-fstack-clash-protection)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack)
