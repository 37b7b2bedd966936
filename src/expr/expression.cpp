// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/expr/expression.hpp"

#include "erp2mysql/base/text.hpp"
#include "parser.hpp"

namespace erp2mysql::expr {

struct Expression::Impl {
  std::string text;
  std::vector<std::string> names;
  NodePtr root;
  std::size_t nodes = 0;
  bool reads_clock = false;
};

Value Scope::find(const Lookup&) const {
  throw base::Error(base::ErrorKind::data,
                    "_findCollection: this place has no stored rows to look into");
}

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
  impl->nodes = parser.nodes();
  impl->reads_clock = parser.reads_clock();
  return Expression(std::move(impl));
}

Value Expression::evaluate(const Scope& scope, const Settings& settings) const {
  const WarningSink sink(settings.warnings);
  std::vector<Type> types(impl_->nodes);
  Context context{scope, impl_->names, settings, types, {}, {}};
  context.references.resize(impl_->names.size());
  {
    // Reading constants to learn their types warns once, when they are evaluated.
    const WarningSink silence(nullptr);
    resolve(*impl_->root, context);
  }
  return to_value(expr::evaluate(*impl_->root, context));
}

const std::vector<std::string>& Expression::references() const { return impl_->names; }
bool Expression::reads_clock() const { return impl_->reads_clock; }
const std::string& Expression::text() const { return impl_->text; }

}  // namespace erp2mysql::expr
