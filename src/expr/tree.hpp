// SPDX-License-Identifier: Apache-2.0
// The tree of a parsed expression, its context of evaluation, and what a function sees of its
// arguments. It refuses to know text and tokens.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.hpp"
#include "types.hpp"
#include "warnings.hpp"

namespace erp2mysql::expr {

struct Node;

struct Context {
  const Scope& scope;
  const std::vector<std::string>& names;
  const Settings& settings;
  /// The type of each node, by its id: known since the expression was compiled, or of this row.
  std::vector<Type>& types;
  /// The value of each bare reference, by its index; filled before types are resolved.
  std::vector<Item> references;
  /// While an aggregate walks a list: the element that stands for the reference of that index.
  std::vector<const Value*> elements;
};

/// The arguments of a call. Of a strict function they are computed and not NULL; the others ask
/// for the value of the argument they choose.
class Call {
 public:
  Call(const Node& node, Context& context) : node_(node), context_(context) {}
  std::size_t size() const;
  const Item& operator[](std::size_t i) const { return items_[i]; }
  Item eval(std::size_t i) const;
  const Type& type(std::size_t i) const;
  const Type& out() const;
  const Node& node() const { return node_; }
  const Node& child(std::size_t i) const;
  Context& context() const { return context_; }
  std::string text(std::size_t i) const { return to_text(items_[i]); }
  std::int64_t integer(std::size_t i) const { return to_integer(items_[i]); }
  /// False when one of the arguments is NULL; those behind it are not evaluated.
  bool load();
  void load_all();

 private:
  const Node& node_;
  Context& context_;
  std::vector<Item> items_;
};

using FunctionBody = Item (*)(const Call&);
using FunctionType = Type (*)(const Call&);

/// How the parser reads the arguments of a name.
enum class Syntax {
  plain,
  grammar,  // a name of the grammar: wrong arguments are a syntax error there
  substring,
  trim,
  interval,        // DATE_ADD(d, INTERVAL n unit)
  maybe_interval,  // ADDDATE, SUBDATE: the same or a number of days
  unit_first,      // TIMESTAMPADD, TIMESTAMPDIFF
  extract,
  cast,
  convert,
  clock,       // NOW(6)
  bare_clock,  // CURRENT_TIMESTAMP may stand without parentheses
  character,   // CHAR(n, … USING set)
  position,    // POSITION(a IN b)
  get_format,
  value_of,  // JSON_VALUE(… RETURNING type)
  weight,    // WEIGHT_STRING
};

enum class Nulls { strict, own };

struct Function {
  FunctionEntry entry;
  FunctionBody body;
  FunctionType type;
  Nulls nulls = Nulls::strict;
  Syntax syntax = Syntax::plain;
  bool no_blank = false;  // a blank before the parenthesis makes it an unknown name
  bool aggregate = false;
};

enum class Operator {
  none,
  logical_or,
  logical_xor,
  logical_and,
  logical_not,
  equal,
  safe_equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  is_null,
  is_true,
  is_false,
  like,
  regexp,
  in,
  between,
  member_of,
  sounds_like,
  add,
  subtract,
  multiply,
  divide,
  divide_whole,
  modulo,
  negate,
  bit_or,
  bit_and,
  bit_xor,
  shift_left,
  shift_right,
  bit_not,
  collate,
  binary,
};

struct CastSpec {
  enum class To { none, whole, text, bytes, decimal, real, date, datetime, time, year, json };
  To to = To::none;
  bool is_unsigned = false;
  bool is_float = false;
  int length = -1;  // characters, precision or fraction digits
  int scale = 0;
  Charset charset = Charset::utf8mb4;
};

struct Node {
  enum class Kind { literal, reference, quoted, operation, call, case_when, interval, row, lookup };
  struct Part {
    bool is_reference;
    std::string text;
    std::size_t reference;
  };
  struct Condition {
    std::string field;
    std::vector<Part> parts;
  };

  Kind kind = Kind::literal;
  std::size_t at = 0;
  std::size_t id = 0;
  int height = 1;
  Item literal;
  std::size_t reference = 0;  // index into the names
  std::vector<Part> parts;    // quoted
  Charset introducer = Charset::utf8mb4;
  Operator op = Operator::none;
  bool negated = false;  // NOT LIKE, IS NOT …, date - INTERVAL, CASE with operand, TRIM LEADING
  const Function* function = nullptr;
  Unit unit = Unit::day;
  bool has_interval = false;  // DATE_ADD(d, INTERVAL n unit), not ADDDATE(d, n)
  CastSpec cast;
  NamedCollation collation{Collation::ai_ci, Charset::utf8mb4};
  std::string word;               // TRIM side, GET_FORMAT kind, job of a look-up
  std::vector<Condition> wanted;  // look-up
  std::vector<std::unique_ptr<Node>> children;
};

/// The value of a node; its type must be resolved.
Item evaluate(const Node& node, Context& context);
/// Types of a node and everything below, from the references and literals up.
void resolve(const Node& node, Context& context);
/// Brings the chosen argument of IF, CASE and their kin to the common type.
Item as_type(Item item, const Type& type, const Context& context);
/// Text to compare, with its escapes decided, of a value in the collation of `type`.
Type text_type(const Call& call, std::size_t first = 0, std::size_t step = 1);

// Operators, by family.
Item arithmetic(const Node& node, Context& context);
Type arithmetic_type(const Node& node, Context& context);
Item arithmetic_of(Operator op, const Item& a, const Item& b, const Type& type, Context& context);
Item bit_operation(const Node& node, Context& context);
Type bit_type(const Node& node, Context& context);
Item predicate(const Node& node, Context& context);
Item comparison(const Node& node, Context& context);
/// Negative, zero, positive; neither is NULL. A text beside a date that is none counts as the
/// zero date.
int compare(const Item& a, const Item& b, CompareAs as, Collation collation,
            const Context& context);
Item division_by_zero(const Context& context);

/// `date + INTERVAL`, DATE_ADD and their kin; the first argument is the date.
Item shift_date(const Call& call, bool backwards);
Type shifted_type(const Call& call);
Item cast_item(const Item& item, const CastSpec& spec, const Context& context);
Type cast_type(const CastSpec& spec, const Type& from);
/// What NOW() answers, with microseconds.
Temporal local_now(const Context& context);
bool matches(const std::string& text, const std::string& pattern, bool ignore_case);
/// DATE_FORMAT of a datetime or a time; NULL when a letter has no answer.
Item format_calendar(const Parsed& when, const std::string& format);
std::string soundex_of(std::string_view text);

/// Whether the clock decides about the value, which is unknown while the server prepares.
bool reads_clock(const Node& node);
// What the server refuses before it looks at any value.
void check_compared(const Node& a, const Node& b, Context& context);
void check_pattern(const Node& a, const Node& b, const Context& context);
void check_between(const Node& node, Context& context);
/// Error 3995 when one text is binary and the other is not.
void require_same_bytes(const Type& a, const Type& b);

/// A datetime of anything: a time of day gets the current date. NULL gives nothing.
std::optional<Parsed> calendar_of(const Item& item, const Context& context,
                                  ZeroParts zero = ZeroParts::refuse);

/// Null when unknown; ASCII case ignored.
const Function* find_function(std::string_view name);
std::string nearest_function(std::string_view name);

struct Family {
  std::string_view title;
  const std::vector<Function>& functions;
};
const std::vector<Family>& families();

}  // namespace erp2mysql::expr
