// Which signatures a request shows. All their texts are looked for in one pass (Hyperscan); only
// where one stands does the signature's own expression decide, on the variable that it is about.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/pattern.h"
#include "base/result.h"
#include "logs/recognise/decode.h"

namespace stockade::logs {

struct Hit {
  uint16_t signature = 0;  // index into signatures()
  uint8_t part = 0;
};

class Matcher {
 public:
  // Of one expression from one place of a text. That it does not begin anew at every place of a
  // long one is the expressions' own duty (signature_test.cc).
  static constexpr uint32_t kMostSteps = 100'000;

  static Result<std::shared_ptr<const Matcher>> create();
  ~Matcher();
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;

  // Working memory of one thread.
  class Scratch {
   public:
    explicit Scratch(const Matcher& matcher);
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

   private:
    friend class Matcher;
    void* scratch_ = nullptr;
    std::vector<uint8_t> parts_;
    std::vector<uint16_t> found_;
  };

  // Appends to `hits`, which is cleared first.
  void match(const Decoded& decoded, Scratch& scratch, std::vector<Hit>& hits) const;

 private:
  Matcher() = default;
  bool confirm(size_t signature, uint8_t parts, const Decoded& decoded, Hit& hit) const;

  void* database_ = nullptr;
  std::vector<std::vector<uint16_t>> owners_;     // of each text: the signatures that name it
  std::vector<std::optional<Pattern>> patterns_;  // of each signature
};

}  // namespace stockade::logs
