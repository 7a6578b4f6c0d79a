// The CGI of tests/corpus/jail-site: says who it is. "?sleep" waits, for the test that goes away.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

int main() {
  const char* query = std::getenv("QUERY_STRING");
  if (query != nullptr && std::strcmp(query, "sleep") == 0) sleep(2);
  std::printf("Content-Type: text/plain\r\n\r\nhello from a CGI, uid %d\n",
              static_cast<int>(getuid()));
  return 0;
}
