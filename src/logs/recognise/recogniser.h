// One Record on its own: what it shows, told in a small value. What only several lines show
// (tries of passwords, floods, things that are not there) is the Tracker's.
#pragma once

#include <memory>
#include <vector>

#include "logs/recognise/decode.h"
#include "logs/recognise/hash.h"
#include "logs/recognise/matcher.h"
#include "logs/record.h"

namespace stockade::logs {

// What a line shows. No views: it outlives the line.
struct Sighting {
  Micros time = 0;
  Ip source;
  uint64_t client_hash = 0;  // of client_key(source)
  uint64_t target_hash = 0;  // of path and query, or of the account that no request names
  uint64_t agent_hash = 0;
  uint64_t bytes = 0;
  uint32_t families = 0;  // one bit each
  uint32_t repeats = 1;
  uint16_t signature = kNone;
  uint16_t status = 0;
  uint16_t port = 0;
  uint8_t weight = 0;  // of the heaviest signature, plus one for each further family
  Family family{};     // of the heaviest
  LineKind kind{};
  Login login{};
  bool has_source : 1 = false;
  bool is_static : 1 = false;   // a picture, a style sheet: what a page brings along
  bool login_form : 1 = false;  // posts to where passwords are taken
  bool known_user : 1 = false;  // httpd knew who it was, and answered
  bool counts : 1 = false;      // a failed login
  bool doubtful : 1 = false;    // may be forged: counted, and nobody is accused
  bool of_account : 1 = false;  // a login that names an account: account_of
  bool has_referer : 1 = false;
  static constexpr uint16_t kNone = 0xFFFF;
};

// The account of a record whose sighting is `of_account`; a view into the record's line.
std::string_view account_of(const Record& record);

// Texts that were looked at and showed nothing, by their keyed hash: most requests are for what was
// asked for before. Nobody can aim at another text's hash.
class CleanTexts {
 public:
  explicit CleanTexts(size_t size) : hashes_(size) {}
  bool has(uint64_t hash) const { return hashes_[hash % hashes_.size()] == hash; }
  void add(uint64_t hash) { hashes_[hash % hashes_.size()] = hash; }

 private:
  std::vector<uint64_t> hashes_;
};

class Recogniser {
 public:
  explicit Recogniser(std::shared_ptr<const Matcher> matcher)
      : matcher_(std::move(matcher)), scratch_(*matcher_) {}

  // False where the line concerns nobody (cron, httpd's own start, not understood).
  bool look(const Record& record, Sighting& sighting);

 private:
  void look_at_access(const Record& record, Sighting& sighting);
  void look_at_error(const Record& record, Sighting& sighting);
  void look_at_auth(const Record& record, Sighting& sighting);
  void match(Sighting& sighting);

  std::shared_ptr<const Matcher> matcher_;
  Matcher::Scratch scratch_;
  Decoded decoded_;
  std::vector<Hit> hits_;
  CleanTexts targets_{16'384}, agents_{2'048}, referers_{8'192};
};

}  // namespace stockade::logs
