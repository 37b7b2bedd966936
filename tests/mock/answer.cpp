// SPDX-License-Identifier: Apache-2.0
#include "answer.hpp"

#include <zlib.h>

#include <memory>
#include <stdexcept>

namespace mock {
namespace {

constexpr std::string_view login_page =
    "<!DOCTYPE html><html><head><title>登录</title></head><body><form action=\"/login\">"
    "<input name=\"user\"></form></body></html>";
constexpr std::string_view bad_gateway =
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1>"
    "</center><hr><center>Tengine</center></body></html>";
constexpr std::string_view xml_error =
    "<?xml version=\"1.0\" encoding=\"utf-8\" ?><error_response><code>10</code>"
    "<msg>Service currently unavailable</msg></error_response>";

struct Deflater {
  Deflater() {
    constexpr int gzip_window = 15 + 16;
    if (deflateInit2(&stream, 1, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::runtime_error("zlib cannot start");
    }
  }
  ~Deflater() { deflateEnd(&stream); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  z_stream stream{};
};

}  // namespace

bool replace_answer(const Fault& fault, Answer& answer) {
  const auto become = [&](int status, std::string_view body, std::string_view type) {
    answer = {};
    answer.status = status;
    answer.body = body;
    answer.type = type;
    return true;
  };
  if (fault.name == "html") return become(200, login_page, "text/html;charset=UTF-8");
  if (fault.name == "html502") return become(502, bad_gateway, "text/html");
  if (fault.name == "xml") return become(200, xml_error, "text/xml;charset=UTF-8");
  if (fault.name == "http500") return become(500, "Internal Server Error", "text/plain");
  if (fault.name == "http504") return become(504, "Gateway Time-out", "text/plain");
  if (fault.name == "http429") {
    become(429, "Too Many Requests", "text/plain");
    answer.retry_after = std::to_string(fault.retry_after);
    return true;
  }
  if (fault.name == "reset") {
    answer.ending = Ending::reset;
    return true;
  }
  return false;
}

void pollute_answer(const Fault& fault, Answer& answer) {
  std::string extra;
  if (fault.name == "deep") {
    constexpr std::size_t levels = 100'000;
    extra = "\"deep\":" + std::string(levels, '[') + std::string(levels, ']');
  } else if (fault.name == "huge") {
    const std::size_t size = static_cast<std::size_t>(fault.megabytes) << 20;
    extra = "\"padding\":\"" + std::string(size, 'x') + "\"";
  } else if (fault.name == "not_utf8") {
    extra = "\"gbk\":\"\xC4\xE3\xBA\xC3\xFF\xFE\"";
  } else if (fault.name == "control_character") {
    extra = "\"raw_control\":\"a\x01\x1F b\"";
  } else {
    return;
  }
  const std::size_t brace = answer.body.find('{');
  if (brace != std::string::npos) answer.body.insert(brace + 1, extra + ",");
}

void damage_answer(const Fault& fault, Answer& answer) {
  if (fault.name == "truncated_json") {
    answer.body.resize(answer.body.size() / 2);
  } else if (fault.name == "truncated_transfer") {
    answer.ending = Ending::cut_short;
  } else if (fault.name == "bom") {
    answer.body.insert(0, "\xEF\xBB\xBF");
  } else if (fault.name == "bad_gzip") {
    answer.body = gzip(answer.body);
    const std::size_t from = answer.body.size() / 3;
    for (std::size_t i = from; i < from + 16 && i < answer.body.size(); ++i) {
      answer.body[i] = static_cast<char>(answer.body[i] ^ 0x5A);
    }
    answer.content_encoding = "gzip";
  }
}

std::string gzip(std::string_view text) {
  thread_local const auto deflater = std::make_unique<Deflater>();
  z_stream& stream = deflater->stream;
  deflateReset(&stream);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  // zlib's input pointer is not const, but it only reads.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("zlib failed");
  out.resize(stream.total_out);
  return out;
}

}  // namespace mock
