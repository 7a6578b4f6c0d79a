#include "base/text.h"
#include "conf/checks/subnet.h"
#include "conf/expr/expression.h"
#include "conf/expr/token.h"

namespace stockade::conf::expr {

namespace {

constexpr int kMostNesting = 1000;

class Parser {
 public:
  Parser(std::vector<Token> tokens, const ParseOptions& options)
      : tokens_(std::move(tokens)), options_(options) {}

  Parsed run() {
    Parsed parsed;
    parsed.root = options_.as_string ? pieces() : disjunction();
    if (kind() != TokenKind::end) refuse("syntax error");
    parsed.error = error_.empty() ? late_error_ : error_;
    return parsed;
  }

 private:
  const Token& token() const { return tokens_[next_]; }
  TokenKind kind() const { return token().kind; }
  bool stopped() const { return !error_.empty(); }
  void advance() {
    if (next_ + 1 < tokens_.size()) ++next_;
  }
  bool take(std::string_view symbol) {
    if (stopped() || !token().is(symbol)) return false;
    advance();
    return true;
  }
  void refuse(const char* why) {
    if (stopped()) return;
    error_ = kind() == TokenKind::error ? token().text : why;
    if (error_.empty()) error_ = why;
  }
  void expect(std::string_view symbol) {
    if (!take(symbol)) refuse("syntax error");
  }
  void expect(TokenKind wanted) {
    if (kind() != wanted) return refuse("syntax error");
    advance();
  }
  bool deeper() {
    if (++depth_ <= kMostNesting) return true;
    refuse("memory exhausted");
    return false;
  }

  void require_name(NameKind kind, const std::string& name, const char* what) {
    if (options_.restricted && is_restricted(kind, name)) {
      late_error_ = name + " not available in restricted context";
    } else if (!options_.strangers && !is_known(kind, name, options_.has_module)) {
      late_error_ = std::string(what) + " '" + name + "' does not exist";
    }
  }

  // One operand is that operand; several are a node of their own.
  template <class Operand>
  Node chain(Op op, std::string_view symbol, Operand operand) {
    Node first = operand();
    if (!token().is(symbol)) return first;
    Node node{op, "", 0, nullptr, {}};
    node.children.push_back(std::move(first));
    while (take(symbol)) node.children.push_back(operand());
    return node;
  }

  Node disjunction() {
    if (!deeper()) return {};
    Node node = chain(Op::or_op, "or", [this] { return conjunction(); });
    --depth_;
    return node;
  }
  Node conjunction() {
    return chain(Op::and_op, "and", [this] { return condition(); });
  }

  Node condition() {
    if (stopped() || !deeper()) return {};
    Node node = condition_inside();
    --depth_;
    return node;
  }

  Node condition_inside() {
    if (take("not")) {
      Node node{Op::not_op, "", 0, nullptr, {}};
      node.children.push_back(condition());
      return node;
    }
    if (take("(")) {
      Node node = disjunction();
      expect(")");
      return node;
    }
    switch (kind()) {
      case TokenKind::true_word:
        advance();
        return {Op::constant_true, "", 0, nullptr, {}};
      case TokenKind::false_word:
        advance();
        return {Op::constant_false, "", 0, nullptr, {}};
      case TokenKind::unary:
        return unary();
      default:
        return comparison();
    }
  }

  // httpd reads the network when it parses: it must be a constant.
  void require_subnet(const Node& word) {
    if (word.op != Op::literal) {
      late_error_ = "requires subnet/netmask as constant argument";
    } else if (!check_subnet(word.text).empty()) {
      late_error_ = "parsing of subnet/netmask failed";
    }
  }

  Node unary() {
    Node node{Op::unary, token().text, 0, nullptr, {}};
    advance();
    require_name(NameKind::unary, node.text, "Unary operator");
    node.children.push_back(word());
    if (node.text == "R") require_subnet(node.children[0]);
    return node;
  }

  Node comparison() {
    Node left = word();
    if (stopped()) return left;
    Node node{Op::compare, token().text, 0, nullptr, {}};
    node.children.push_back(std::move(left));
    if (kind() == TokenKind::binary) {
      node.op = Op::binary;
      advance();
      require_name(NameKind::binary, node.text, "Binary operator");
      node.children.push_back(word());
      if (equals_ignoring_case(node.text, "ipmatch") && !stopped()) {
        require_subnet(node.children[1]);
      }
    } else if (token().is("=~") || token().is("!~")) {
      node.op = Op::matches;
      node.number = token().is("!~") ? 1 : 0;
      advance();
      read_pattern(node);
    } else if (take("in")) {
      node.op = Op::in_list;
      node.text.clear();
      read_list(node);
    } else if (is_comparison()) {
      advance();
      node.children.push_back(word());
    } else {
      refuse("syntax error");
    }
    return node;
  }

  bool is_comparison() const {
    constexpr std::string_view kAll[] = {"eq", "ne", "lt", "le", "gt", "ge",
                                         "==", "!=", "<",  "<=", ">",  ">="};
    for (const std::string_view known : kAll) {
      if (token().is(known)) return true;
    }
    return false;
  }

  void read_pattern(Node& node) {
    if (kind() != TokenKind::pattern) return refuse("syntax error");
    auto compiled = Pattern::compile(token().text, token().number == 1);
    if (!compiled) return refuse("Failed to compile regular expression");
    node.pattern = std::make_shared<const Pattern>(std::move(*compiled));
    advance();
  }

  void read_list(Node& node) {
    if (kind() == TokenKind::name) {
      node.text = token().text;
      advance();
      require_name(NameKind::list_function, node.text, "List-returning function");
      expect("(");
      node.children.push_back(word());
      return expect(")");
    }
    expect("{");
    do {
      node.children.push_back(word());
    } while (take(","));
    expect("}");
  }

  Node word() {
    return chain(Op::concat, ".", [this] { return operand(); });
  }

  Node operand() {
    if (stopped() || !deeper()) return {};
    Node node = operand_inside();
    --depth_;
    return node;
  }

  Node operand_inside() {
    Node node{Op::literal, token().text, token().number, nullptr, {}};
    switch (kind()) {
      case TokenKind::digits:
        advance();
        return node;
      case TokenKind::back_ref:
        node.op = Op::back_ref;
        advance();
        return node;
      case TokenKind::variable_begin:
        return variable();
      case TokenKind::string_begin:
        return quoted();
      case TokenKind::name:
        break;
      default:
        refuse("syntax error");
        return node;
    }
    advance();
    node.op = Op::call;
    expect("(");
    node.children.push_back(word());
    require_name(NameKind::function, node.text, "Function");
    expect(")");
    return node;
  }

  Node quoted() {
    advance();
    if (kind() == TokenKind::string_end) {
      advance();
      return {};
    }
    Node node = pieces();
    expect(TokenKind::string_end);
    return node;
  }

  Node variable() {
    advance();
    if (kind() != TokenKind::name) {
      refuse("syntax error");
      return {};
    }
    Node node{Op::variable, token().text, 0, nullptr, {}};
    advance();
    if (take(":")) {
      node.op = Op::call;
      node.children.push_back(pieces());
      require_name(NameKind::function, node.text, "Function");
    } else {
      require_name(NameKind::variable, node.text, "Variable");
    }
    expect(TokenKind::variable_end);
    return node;
  }

  // The parts of a string: at least one.
  Node pieces() {
    Node all{Op::concat, "", 0, nullptr, {}};
    if (!deeper()) return all;
    while (!stopped()) {
      if (kind() == TokenKind::text) {
        all.children.push_back({Op::literal, token().text, 0, nullptr, {}});
        advance();
      } else if (kind() == TokenKind::back_ref) {
        all.children.push_back({Op::back_ref, "", token().number, nullptr, {}});
        advance();
      } else if (kind() == TokenKind::variable_begin) {
        all.children.push_back(variable());
      } else {
        break;
      }
    }
    --depth_;
    if (all.children.empty()) refuse("syntax error");
    if (all.children.size() == 1) {
      Node only = std::move(all.children[0]);
      return only;
    }
    return all;
  }

  std::vector<Token> tokens_;
  const ParseOptions& options_;
  size_t next_ = 0;
  int depth_ = 0;
  std::string error_;       // stops the parser
  std::string late_error_;  // told when the text has been read to its end
};

}  // namespace

Parsed parse(std::string_view text, const ParseOptions& options) {
  return Parser(scan(text, options.as_string), options).run();
}

}  // namespace stockade::conf::expr
