// The line layer: nothing lost, every place inside the file.
#include <cstdint>
#include <string>

#include "conf/lines.h"
#include "require.h"

namespace stockade::conf {
namespace {

using fuzz::require;

void check_line(const LogicalLine& line, const SourceFile& source) {
  const size_t size = source.bytes.size();
  require(line.offset <= size && line.end_offset <= size, "a line ends inside the file");
  require(line.line >= 1 && line.line <= line.last_line, "a line begins before it ends");
  require(line.last_line <= source.line_starts.size(), "a line's number is in the file");
  // A file that ends in a backslash: httpd counts the attempt to read on.
  require(line.counted == line.last_line || line.counted == line.last_line + 1,
          "in a file the counter is the last physical line");
  for (size_t i = 0; i < line.text.size(); ++i) {
    const uint32_t begin = line.source_begin(i);
    require(begin < size, "a byte of the line comes from the file");
    require(source.bytes[begin] == line.text[i], "a byte of the line is the file's byte");
    require(line.source_end(i + 1) == begin + 1, "a byte ends behind where it begins");
  }
}

// The physical lines, put together again, are the file.
void check_lossless(const SourceFile& source) {
  std::string again;
  for (size_t i = 0; i < source.line_starts.size(); ++i) {
    const size_t begin = source.line_starts[i];
    require(begin == again.size(), "physical lines follow one another");
    const bool last = i + 1 == source.line_starts.size();
    const size_t end = last ? source.bytes.size() : source.line_starts[i + 1];
    require(end > begin, "a physical line has at least its line end");
    require(last || source.bytes[end - 1] == '\n', "a physical line ends in a newline");
    again += source.bytes.substr(begin, end - begin);
  }
  require(again == source.bytes, "the physical lines make the file");
}

void check(std::string bytes) {
  SourceFile source;
  source.path = "/f";
  source.bytes = std::move(bytes);
  LineReader reader(source, 0);
  LogicalLine line;
  uint32_t before = 0;
  while (reader.next(line)) {
    require(line.last_line == before + 1 || line.map != nullptr, "only joined lines span lines");
    require(line.last_line > before, "reading goes on");
    before = line.last_line;
    check_line(line, source);
  }
  require(before == source.line_starts.size(), "every physical line is part of a line");
  check_lossless(source);
}

}  // namespace
}  // namespace stockade::conf

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  stockade::conf::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
