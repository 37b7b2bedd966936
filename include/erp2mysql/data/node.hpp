// SPDX-License-Identifier: Apache-2.0
// A JSON document as the tool sees it: numbers stay the text they were written as, objects keep
// the order of their members. It knows no job, no ERP and no column.
//
// A Node points into its Document and is valid as long as the Document lives. Nodes never change
// after parsing, so a Document may be read from several threads.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace erp2mysql::data {

enum class Kind : std::uint8_t { null, boolean, number, text, array, object };

/// "null", "true/false", "number", "text", "list", "object": for messages.
std::string_view to_string(Kind kind);

/// How a number is written: digits alone, digits with a fraction, or any other way.
enum class Digits : std::uint8_t { other, whole, fraction };
/// Of a text that may be a number: whole and fraction are plain JSON numbers of less than 400
/// digits.
Digits digits_of(std::string_view text);

struct Member;

template <class Word>
bool same_bytes(const char* a, const char* b) {
  Word left;
  Word right;
  std::memcpy(&left, a, sizeof left);
  std::memcpy(&right, b, sizeof right);
  return left == right;
}

/// a == b for the short texts that keys are: a call of memcmp for each would cost more than the
/// comparison does.
inline bool same_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const char* x = a.data();
  const char* y = b.data();
  std::size_t left = a.size();
  for (; left >= sizeof(std::uint64_t); left -= sizeof(std::uint64_t)) {
    if (!same_bytes<std::uint64_t>(x, y)) return false;
    x += sizeof(std::uint64_t);
    y += sizeof(std::uint64_t);
  }
  if (left >= sizeof(std::uint32_t)) {  // the last four as well, which may overlap
    const std::size_t last = left - sizeof(std::uint32_t);
    return same_bytes<std::uint32_t>(x, y) && same_bytes<std::uint32_t>(x + last, y + last);
  }
  for (; left > 0; --left) {
    if (*x++ != *y++) return false;
  }
  return true;
}

struct Node {
  Kind kind = Kind::null;
  bool truth = false;             // boolean
  bool repeats = false;           // object of a page: some key occurs twice
  Digits digits = Digits::other;  // number of a page
  std::uint32_t count = 0;        // array, object
  std::uint32_t offset = 0;       // byte offset in the source text (job files only)
  /// Object of a page: names the order that its keys come in; objects may leave some out, and
  /// `truth` says that this one does not. Unique in the process. 0: not known.
  std::uint32_t shape = 0;
  /// number: the raw token; text: decoded UTF-8; list and object of a page: as it was written.
  std::string_view text;
  const Member* first = nullptr;

  bool is_null() const { return kind == Kind::null; }
  bool is_text() const { return kind == Kind::text; }
  bool is_number() const { return kind == Kind::number; }
  bool is_array() const { return kind == Kind::array; }
  bool is_object() const { return kind == Kind::object; }
  bool is_scalar() const { return kind != Kind::array && kind != Kind::object; }

  /// Members of an object, or elements of an array (their keys are empty).
  std::span<const Member> members() const;
  /// The member of that name; null when there is none or this is no object. With duplicate keys
  /// the last one, as most parsers do.
  const Node* find(std::string_view key) const;
  /// The same, trying position `hint` first: records of one page mostly have the same shape.
  /// `hint` is updated to where the member was found.
  const Node* find(std::string_view key, std::uint32_t& hint) const;
  /// Number token or text, "true"/"false"; empty for null, lists and objects.
  std::string_view scalar() const;

 private:
  const Node* search(std::string_view key, std::uint32_t& hint) const;
};

struct Member {
  std::string_view key;
  Node value;
  std::uint32_t key_offset = 0;  // job files; of a page: the key's place in the shape's order
};

inline std::span<const Member> Node::members() const { return {first, count}; }

inline const Node* Node::find(std::string_view key, std::uint32_t& hint) const {
  if (hint < count && kind == Kind::object && !repeats && same_text(first[hint].key, key)) {
    return &first[hint].value;
  }
  return search(key, hint);
}

/// Walks "a.b.0.c" (members by name, list elements by 0-based index). Null when any step is
/// missing. A whole name that itself contains dots wins over the walk.
const Node* find_path(const Node& root, std::string_view path);

/// Compact JSON text, numbers exactly as they came.
std::string to_json(const Node& node);
void append_json(std::string& out, const Node& node);

/// 64-bit hash: equal for nodes that were written alike. Those of a page are hashed as they were
/// written, built ones by kind, keys and tokens in order. The same in every build.
std::uint64_t digest(const Node& node);

/// Owns the text and the nodes of one parsed document. Movable only.
class Document {
 public:
  Document();
  ~Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  const Node& root() const;
  /// What was parsed; may be kept when the nodes are no longer needed. Null for a built document.
  std::shared_ptr<const std::string> text() const;
  /// Memory that it holds, roughly.
  std::size_t bytes() const;

  struct Limits {
    std::size_t depth = 64;
    std::size_t nodes = 2'000'000;  // ten thousand records with two hundred fields
  };
  /// Parses a response page: strict JSON, valid UTF-8, one document and nothing after it; one
  /// UTF-8 byte order mark is skipped. Throws base::Error{protocol} that says what is wrong and at
  /// which byte where that is known, never quoting the text.
  static Document parse_page(std::string text, const Limits& limits);
  static Document parse_page(std::string text);

 private:
  friend class DocumentBuilder;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Builds a Document piece by piece; for parsers and tests. Strings are copied into the document.
class DocumentBuilder {
 public:
  DocumentBuilder();
  ~DocumentBuilder();
  std::string_view keep(std::string_view text);
  const Member* keep(std::span<const Member> members);
  /// Ends the building; the builder must not be used afterwards.
  Document finish(const Node& root);

 private:
  Document document_;
};

}  // namespace erp2mysql::data
