// What was derived once from something that does not change any more, kept beside it: the first who
// asks computes it, everybody else reads it. May be asked by several threads at once.
#pragma once

#include <memory>
#include <mutex>
#include <typeindex>
#include <unordered_map>

namespace stockade {

class Memo {
 public:
  // The one value of type T; `make` returns it and is called at most once. `make` may ask for
  // values of other types; it must not ask for its own.
  template <typename T, typename Make>
  const T& get(Make make) {
    Entry& entry = entry_of(typeid(T));
    std::call_once(entry.made, [&] { entry.value = std::make_shared<const T>(make()); });
    return *static_cast<const T*>(entry.value.get());
  }

 private:
  struct Entry {
    std::once_flag made;
    std::shared_ptr<const void> value;
  };
  struct State {
    std::mutex lock;
    std::unordered_map<std::type_index, Entry> entries;  // references into it stay valid
  };

  Entry& entry_of(std::type_index type) {
    const std::lock_guard guard(state_->lock);
    return state_->entries[type];
  }

  std::unique_ptr<State> state_ = std::make_unique<State>();
};

}  // namespace stockade
