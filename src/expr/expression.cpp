// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/expr/expression.hpp"

#include "erp2mysql/base/text.hpp"
#include "parser.hpp"

namespace erp2mysql::expr {

struct Expression::Impl {
  std::string text;
  std::vector<std::string> names;
  NodePtr root;
};

Expression::Expression(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

Expression Expression::compile(std::string_view text) {
  constexpr std::size_t k_max_text = std::size_t{64} << 10;
  if (text.size() > k_max_text)
    throw base::Error(base::ErrorKind::config, "the expression is longer than 64 KiB");
  if (!base::valid_utf8(text))
    throw base::Error(base::ErrorKind::config, "the expression is not well-formed UTF-8");
  auto impl = std::make_unique<Impl>();
  impl->text = text;
  Parser parser(impl->text);
  impl->root = parser.parse();
  impl->names = std::move(parser.names());
  return Expression(std::move(impl));
}

Value Expression::evaluate(const Scope& scope) const {
  Context context{scope, impl_->names, {}};
  return to_value(expr::evaluate(*impl_->root, context));
}

const std::vector<std::string>& Expression::references() const { return impl_->names; }
const std::string& Expression::text() const { return impl_->text; }

}  // namespace erp2mysql::expr
