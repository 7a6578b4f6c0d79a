#include "logs/recognise/matcher.h"

#include <hs/hs.h>

#include <map>

namespace stockade::logs {

namespace {

struct Candidates {
  const std::vector<std::vector<uint16_t>>* owners;
  std::vector<uint64_t>* bits;
  bool any = false;
};

int on_literal(unsigned id, unsigned long long, unsigned long long, unsigned, void* context) {
  auto& found = *static_cast<Candidates*>(context);
  for (const uint16_t owner : (*found.owners)[id]) {
    (*found.bits)[owner / 64] |= uint64_t{1} << (owner % 64);
  }
  found.any = true;
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
    Confirmation confirmation;
    if (!all[i].pattern.empty()) {
      auto pattern = Pattern::compile(all[i].pattern);
      if (!pattern) return tl::make_unexpected(pattern.error());
      confirmation.pattern.push_back(std::move(*pattern));
    }
    matcher->confirmations_.push_back(std::move(confirmation));
  }
  std::vector<const char*> texts;
  std::vector<unsigned> flags, ids;
  std::vector<size_t> lengths;
  for (const auto& [text, number] : numbers) {
    texts.push_back(text.data());
    lengths.push_back(text.size());
    flags.push_back(HS_FLAG_SINGLEMATCH);
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
  candidates_.assign(matcher.confirmations_.size() / 64 + 1, 0);
}

Matcher::Scratch::~Scratch() { hs_free_scratch(static_cast<hs_scratch_t*>(scratch_)); }

bool Matcher::confirm(size_t signature, const Decoded& decoded, Hit& hit) const {
  const Signature& wanted = signatures()[signature];
  const Confirmation& confirmation = confirmations_[signature];
  for (uint8_t part = 0; part < kParts; ++part) {
    if ((wanted.in & (1U << part)) == 0) continue;
    const std::string_view text = decoded.part(part);
    if (text.empty()) continue;
    bool matches = false;
    if (!confirmation.pattern.empty()) {
      matches = confirmation.pattern.front().matches(text);
    } else {
      for (const std::string_view literal : wanted.literals) {
        matches = matches || text.find(literal) != std::string_view::npos;
      }
    }
    if (!matches) continue;
    hit = {static_cast<uint16_t>(signature), part};
    return true;
  }
  return false;
}

void Matcher::match(const Decoded& decoded, Scratch& scratch, std::vector<Hit>& hits) const {
  hits.clear();
  Candidates found{&owners_, &scratch.candidates_};
  const std::string_view text = decoded.text();
  hs_scan(static_cast<const hs_database_t*>(database_), text.data(),
          static_cast<unsigned>(text.size()), 0, static_cast<hs_scratch_t*>(scratch.scratch_),
          on_literal, &found);
  if (!found.any) return;
  for (size_t word = 0; word < scratch.candidates_.size(); ++word) {
    uint64_t bits = scratch.candidates_[word];
    scratch.candidates_[word] = 0;
    for (; bits != 0; bits &= bits - 1) {
      Hit hit;
      const size_t signature = word * 64 + static_cast<size_t>(__builtin_ctzll(bits));
      if (confirm(signature, decoded, hit)) hits.push_back(hit);
    }
  }
}

}  // namespace stockade::logs
