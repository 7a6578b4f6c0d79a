// What is known of a request while httpd works on it: for expressions, SetEnvIf and conditions.
#pragma once

#include <map>
#include <string>

#include "conf/effective/effective.h"
#include "conf/effective/layers.h"
#include "conf/expr/evaluate.h"

namespace stockade::conf {

class RequestFacts : public expr::Facts {
 public:
  RequestFacts(const World& world, const Request& request) : world_(&world), request_(&request) {}

  expr::Value variable(std::string_view name) const override;
  expr::Value function(std::string_view name, std::string_view argument) const override;
  expr::Answer file_test(char letter, std::string_view path) const override;

  // The header as sent, or empty.
  std::string header(std::string_view name) const;
  // Of the environment that SetEnvIf and its kin make; unknown where one of them is.
  expr::Value environment(std::string_view name) const;
  // Runs SetEnvIf, SetEnvIfNoCase, BrowserMatch, BrowserMatchNoCase and SetEnvIfExpr of `layers`.
  void set_environment(const Layers& layers);
  void clear_environment() { environment_.clear(); }

  const Request& request() const { return *request_; }
  bool has_credentials() const { return !header("Authorization").empty(); }

  std::string method;  // of the sub-request, where it differs
  std::string path;    // decoded
  std::string query;
  std::string filename;
  std::string path_info;
  std::string document_root;
  const Server* server = nullptr;

 private:
  void set_from(const Directive& d, std::string_view subject, size_t at, bool ignore_case);
  void apply(std::string_view assignment, const std::vector<std::string>& groups);
  expr::Value attribute(std::string_view name) const;

  const World* world_;
  const Request* request_;
  std::map<std::string, expr::Value, std::less<>> environment_;
};

}  // namespace stockade::conf
