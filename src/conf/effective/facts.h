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
  // Of the environment that directives make; empty where it is not set.
  expr::Value environment(std::string_view name) const;
  expr::Truth is_set(std::string_view name) const;
  // Runs SetEnvIf, SetEnvIfNoCase, BrowserMatch, BrowserMatchNoCase and SetEnvIfExpr of `layers`.
  void set_environment(const Layers& layers);
  // SetEnv, PassEnv and UnsetEnv, which act once it is known who is let in.
  void add_fixed_environment(const Layers& layers);
  void set_variable(std::string_view name, std::string value);
  void unset_variable(std::string_view name);
  // An internal redirect keeps them as REDIRECT_NAME.
  void rename_environment();

  const Request& request() const { return *request_; }
  bool has_credentials() const { return !header("Authorization").empty(); }

  std::string method;  // of the sub-request, where it differs
  std::string path;    // decoded
  std::string query;
  std::string filename;
  std::string path_info;
  std::string document_root;
  bool rewriting_ended = false;  // by [END], for what follows of this request
  const Server* server = nullptr;

 private:
  void set_from(const Directive& d, const expr::Value& value, size_t at, bool ignore_case);
  void set_from_expression(const Layer& layer, const Directive& d);
  void doubt(const Directive& d, size_t at, const expr::Value& unknown);
  void apply(std::string_view assignment, const std::vector<std::string>& groups);
  expr::Value attribute(std::string_view name) const;
  expr::Value named_attribute(std::string_view name) const;

  const World* world_;
  const Request* request_;
  std::map<std::string, expr::Value, std::less<>> environment_;
};

}  // namespace stockade::conf
