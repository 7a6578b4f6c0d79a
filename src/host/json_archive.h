// One description of a struct's fields serves writing and reading, so that they cannot differ:
//   template <class Archive> void fields(Archive& archive, Account& a) { archive("name", a.name); }
// Written: every field. Read: a field that is not there keeps its default, a field of the wrong
// kind is a problem that names the place.
#pragma once

#include <fmt/format.h>

#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "host/json_text.h"

namespace stockade::host {

using Json = nlohmann::json;

class JsonOut {
 public:
  template <class T>
  void operator()(const char* key, T& value) {
    json_[key] = of(value);
  }
  Json take() && { return std::move(json_); }

  static Json of(const std::string& text) {
    if (is_utf8(text)) return text;
    return Json{{"base64", to_base64(text)}};
  }
  static Json of(bool value) { return value; }
  template <class T>
    requires std::is_arithmetic_v<T>
  static Json of(T value) {
    return value;
  }
  template <class T>
  static Json of(const std::optional<T>& value) {
    return value ? of(*value) : Json();
  }
  template <class T>
  static Json of(const std::vector<T>& list) {
    Json json = Json::array();
    for (const T& value : list) json.push_back(of(value));
    return json;
  }
  // Keys are bytes too: a list of pairs.
  template <class T, class Less>
  static Json of(const std::map<std::string, T, Less>& map) {
    Json json = Json::array();
    for (const auto& [key, value] : map) json.push_back(Json::array({of(key), of(value)}));
    return json;
  }
  template <class T>
  static Json of(const Result<T>& result) {
    return result ? Json{{"ok", of(*result)}} : Json{{"error", of(result.error())}};
  }
  template <class T>
    requires std::is_class_v<T>
  static Json of(const T& value) {
    JsonOut out;
    fields(out, const_cast<T&>(value));  // NOLINT: fields() serves readers too
    return std::move(out).take();
  }

 private:
  Json json_ = Json::object();
};

class JsonIn {
 public:
  explicit JsonIn(const Json& json) : json_(&json) {}

  // "at /accounts/3/uid: a number is expected"; empty if all was well.
  const std::string& problem() const { return problem_; }

  template <class T>
  void operator()(const char* key, T& value) {
    if (!problem_.empty()) return;
    if (!json_->is_object()) return expect("an object");
    const auto found = json_->find(key);
    if (found != json_->end()) step(key, *found, value);
  }

 private:
  template <class T>
  void step(const std::string& name, const Json& json, T& value) {
    const Json* outer = json_;
    const size_t length = where_.size();
    where_ += "/" + name;
    json_ = &json;
    get(value);
    json_ = outer;
    where_.resize(length);
  }

  void expect(const char* what) {
    if (problem_.empty()) {
      problem_ = fmt::format("at {}: {} is expected", where_.empty() ? "/" : where_, what);
    }
  }

  void get(std::string& text) {
    if (json_->is_string()) {
      text = json_->get_ref<const std::string&>();
      return;
    }
    const auto base64 = json_->is_object() ? json_->find("base64") : json_->end();
    if (!json_->is_object() || base64 == json_->end() || !base64->is_string()) {
      return expect("a text, or an object with \"base64\"");
    }
    auto bytes = from_base64(base64->get_ref<const std::string&>());
    if (!bytes) return expect("base64");
    text = *std::move(bytes);
  }
  void get(bool& value) {
    if (!json_->is_boolean()) return expect("true or false");
    value = json_->get<bool>();
  }
  template <class T>
    requires std::is_integral_v<T>
  void get(T& value) {
    using Limits = std::numeric_limits<T>;
    if (json_->is_number_unsigned()) {
      const auto number = json_->get<uint64_t>();
      if (number <= static_cast<uint64_t>(Limits::max())) {
        value = static_cast<T>(number);
        return;
      }
    } else if (json_->is_number_integer()) {
      const auto number = json_->get<int64_t>();
      if (number >= static_cast<int64_t>(Limits::min())) {
        value = static_cast<T>(number);
        return;
      }
    }
    expect("a whole number that fits");
  }
  template <class T>
  void get(std::optional<T>& value) {
    if (json_->is_null()) return value.reset();
    T inner{};
    get(inner);
    value = inner;
  }
  template <class T>
  void get(std::vector<T>& list) {
    if (!json_->is_array()) return expect("a list");
    list.clear();
    const Json& array = *json_;
    for (size_t i = 0; i < array.size() && problem_.empty(); ++i) {
      list.emplace_back();
      step(std::to_string(i), array[i], list.back());
    }
  }
  template <class T, class Less>
  void get(std::map<std::string, T, Less>& map) {
    if (!json_->is_array()) return expect("a list of pairs");
    map.clear();
    const Json& array = *json_;
    for (size_t i = 0; i < array.size() && problem_.empty(); ++i) {
      if (!array[i].is_array() || array[i].size() != 2) return expect("a list of pairs");
      std::string key;
      T value{};
      step(std::to_string(i) + "/0", array[i][0], key);
      step(std::to_string(i) + "/1", array[i][1], value);
      map.insert_or_assign(std::move(key), std::move(value));
    }
  }
  template <class T>
  void get(Result<T>& result) {
    const auto ok = json_->is_object() ? json_->find("ok") : json_->end();
    const auto error = json_->is_object() ? json_->find("error") : json_->end();
    if (json_->is_object() && ok != json_->end()) {
      T value{};
      step("ok", *ok, value);
      result = std::move(value);
    } else if (json_->is_object() && error != json_->end()) {
      Error failure;
      step("error", *error, failure);
      result = fail(std::move(failure));
    } else {
      expect("\"ok\" or \"error\"");
    }
  }
  template <class T>
    requires std::is_class_v<T>
  void get(T& value) {
    if (!json_->is_object()) return expect("an object");
    fields(*this, value);
  }

  const Json* json_;
  std::string where_;
  std::string problem_;
};

}  // namespace stockade::host
