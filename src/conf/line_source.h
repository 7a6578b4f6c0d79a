// What the reader takes lines from: a file, a macro's body, or -C and -c on the command line.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "conf/lines.h"
#include "conf/macro.h"

namespace stockade::conf {

class LineSource {
 public:
  LineSource(OriginId from, std::string_view shown) : origin(from), name(shown) {}
  virtual ~LineSource() = default;
  // False at its end; of a macro's body `carry` then says how the reading goes on below it.
  virtual bool next(LogicalLine& line, Carry& carry) = 0;

  const OriginId origin;
  const std::string_view name;  // what httpd prints as the file
};

class FileLines : public LineSource {
 public:
  FileLines(SourceFile& file, FileId id, OriginId from)
      : LineSource(from, file.path), reader_(file, id) {}
  bool next(LogicalLine& line, Carry& carry) override { return reader_.next(line, carry); }

 private:
  LineReader reader_;
};

class MacroLines : public LineSource {
 public:
  MacroLines(std::shared_ptr<const Macro> macro, std::vector<std::string> arguments, OriginId from,
             std::string_view shown)
      : LineSource(from, shown), macro_(std::move(macro)), arguments_(std::move(arguments)) {}

  bool next(LogicalLine& line, Carry& carry) override;
  const Macro& macro() const { return *macro_; }

 private:
  std::shared_ptr<const Macro> macro_;
  std::vector<std::string> arguments_;
  std::string text_;
  std::string piece_;
  LineMap map_;
  LineMap piece_map_;
  size_t at_ = 0;
};

}  // namespace stockade::conf
