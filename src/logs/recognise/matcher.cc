#include "logs/recognise/matcher.h"

#include <hs/hs.h>

#include <map>

namespace stockade::logs {

namespace {

struct Candidates {
  const std::vector<std::vector<uint16_t>>* owners;
  const Decoded* decoded;
  std::vector<uint8_t>* parts;  // of each signature: the parts where one of its texts stands
  std::vector<uint16_t>* found;
};

int on_literal(unsigned id, unsigned long long, unsigned long long end, unsigned, void* context) {
  auto& candidates = *static_cast<Candidates*>(context);
  const uint8_t part = candidates.decoded->part_at(static_cast<size_t>(end));
  for (const uint16_t owner : (*candidates.owners)[id]) {
    if ((signatures()[owner].in & part) == 0) continue;
    uint8_t& parts = (*candidates.parts)[owner];
    if (parts == 0) candidates.found->push_back(owner);
    parts |= part;
  }
  return 0;
}

}  // namespace

Result<std::shared_ptr<const Matcher>> Matcher::create() {
  const std::shared_ptr<Matcher> matcher(new Matcher);
  std::map<std::string_view, unsigned> numbers;
  const auto all = signatures();
  for (size_t i = 0; i < all.size(); ++i) {
    for (const std::string_view text : all[i].literals) {
      const auto [at, added] = numbers.try_emplace(text, static_cast<unsigned>(numbers.size()));
      if (added) matcher->owners_.emplace_back();
      matcher->owners_[at->second].push_back(static_cast<uint16_t>(i));
    }
    std::optional<Pattern> decides;
    if (!all[i].pattern.empty()) {
      auto pattern = Pattern::compile(all[i].pattern);
      if (!pattern) return tl::make_unexpected(pattern.error());
      decides = std::move(*pattern);
    }
    matcher->patterns_.push_back(std::move(decides));
  }
  std::vector<const char*> texts;
  std::vector<unsigned> flags, ids;
  std::vector<size_t> lengths;
  for (const auto& [text, number] : numbers) {
    texts.push_back(text.data());
    lengths.push_back(text.size());
    flags.push_back(0);
    ids.push_back(number);
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), lengths.data(),
                           static_cast<unsigned>(texts.size()), HS_MODE_BLOCK, nullptr, &database,
                           &error) != HS_SUCCESS) {
    std::string cause = error != nullptr ? error->message : "no reason given";
    hs_free_compile_error(error);
    return fail({"compile", "the signatures", std::move(cause),
                 "this processor may lack SSSE3, which Hyperscan needs", 0});
  }
  matcher->database_ = database;
  return std::shared_ptr<const Matcher>(matcher);
}

Matcher::~Matcher() { hs_free_database(static_cast<hs_database_t*>(database_)); }

Matcher::Scratch::Scratch(const Matcher& matcher) {
  hs_scratch_t* scratch = nullptr;
  hs_alloc_scratch(static_cast<const hs_database_t*>(matcher.database_), &scratch);
  scratch_ = scratch;
  parts_.assign(matcher.patterns_.size(), 0);
}

Matcher::Scratch::~Scratch() { hs_free_scratch(static_cast<hs_scratch_t*>(scratch_)); }

bool Matcher::confirm(size_t signature, uint8_t parts, const Decoded& decoded, Hit& hit) const {
  const std::optional<Pattern>& pattern = patterns_[signature];
  for (uint8_t part = 0; part < kParts; ++part) {
    if ((parts & (1U << part)) == 0) continue;
    const std::string_view text = decoded.part(part);
    // Without an expression the text alone is the sign, and it stands there. A text that an
    // expression cannot decide was made so that it cannot: nobody hides behind that.
    const bool matches = !pattern || pattern->verdict(text, kMostSteps) != Pattern::Verdict::no;
    if (!matches) continue;
    hit = {static_cast<uint16_t>(signature), part};
    return true;
  }
  return false;
}

void Matcher::match(const Decoded& decoded, Scratch& scratch, std::vector<Hit>& hits) const {
  hits.clear();
  Candidates candidates{&owners_, &decoded, &scratch.parts_, &scratch.found_};
  scratch.found_.clear();
  const std::string_view text = decoded.text();
  hs_scan(static_cast<const hs_database_t*>(database_), text.data(),
          static_cast<unsigned>(text.size()), 0, static_cast<hs_scratch_t*>(scratch.scratch_),
          on_literal, &candidates);
  for (const uint16_t signature : scratch.found_) {
    Hit hit;
    if (confirm(signature, scratch.parts_[signature], decoded, hit)) hits.push_back(hit);
    scratch.parts_[signature] = 0;
  }
}

}  // namespace stockade::logs
