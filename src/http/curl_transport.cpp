// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/http/curl_transport.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <new>

#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/base/text.hpp"
#include "url.hpp"

namespace erp2mysql::http {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::size_t k_most_header_bytes = 256 * 1024;
// A page comes with few reads, and few calls of the library, instead of one for every 16 KiB.
constexpr long k_buffer_bytes = 128 * 1024;
// Behind the announced length of a body: parsers look a little further.
constexpr std::size_t k_slack = 64;

struct SlistFree {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Slist = std::unique_ptr<curl_slist, SlistFree>;

// What the callbacks of one transfer write into; they must not throw through the C library.
struct Receiver {
  CURL* curl;
  Response response;
  std::size_t max_bytes;
  std::size_t header_bytes = 0;
  bool too_large = false;
  bool no_memory = false;
};

std::size_t announced(CURL* curl, std::size_t most) {
  curl_off_t length = 0;
  curl_easy_getinfo(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  return length < 0 ? 0 : std::min(static_cast<std::size_t>(length), most);
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* to) {
  auto& receiver = *static_cast<Receiver*>(to);
  const std::size_t bytes = size * count;
  auto& body = receiver.response.body;
  if (bytes > receiver.max_bytes - body.size()) {
    receiver.too_large = true;
    return CURL_WRITEFUNC_ERROR;
  }
  try {
    if (body.empty()) body.reserve(announced(receiver.curl, receiver.max_bytes) + k_slack);
    body.append(data, bytes);
  } catch (const std::bad_alloc&) {
    receiver.no_memory = true;
    return CURL_WRITEFUNC_ERROR;
  }
  return bytes;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* to) {
  auto& receiver = *static_cast<Receiver*>(to);
  const std::size_t bytes = size * count;
  receiver.header_bytes += bytes;
  if (receiver.header_bytes > k_most_header_bytes) {
    receiver.too_large = true;
    return 0;
  }
  try {
    const auto line = base::trim({data, bytes});
    auto& headers = receiver.response.headers;
    if (line.starts_with("HTTP/")) headers.clear();  // the one before was an interim answer
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && !line.starts_with("HTTP/")) {
      headers.emplace_back(base::trim(line.substr(0, colon)), base::trim(line.substr(colon + 1)));
    }
  } catch (const std::bad_alloc&) {
    receiver.no_memory = true;
    return 0;
  }
  return bytes;
}

int on_progress(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return base::stop_requested() ? 1 : 0;
}

// libcurl sends headers as given and cuts texts at a NUL.
void refuse_control_characters(std::string_view text, const std::string& what) {
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7F) {
      throw Error(ErrorKind::config, what + " holds a line break or another control character")
          .hint("check the values of the connection for stray characters");
    }
  }
}

void refuse_other_schemes(std::string_view url) {
  refuse_control_characters(url, "the request's URL");
  if (base::starts_with_ignore_case(url, "https://")) return;
  if (base::starts_with_ignore_case(url, "http://")) return;
  throw Error(ErrorKind::config, "the request's URL is neither http nor https")
      .hint("base_url must begin with https:// or http://");
}

Slist header_list(const Headers& headers) {
  Slist list;
  const auto add = [&](const std::string& line) {
    auto* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    (void)list.release();  // the longer list has taken it over
    list.reset(longer);
  };
  for (const auto& [name, value] : headers) {
    refuse_control_characters(name, "the name of a request header");
    refuse_control_characters(value, fmt::format("the request header {}", name));
    add(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  add("Expect:");  // saves a round trip that many gateways do not understand
  return list;
}

ErrorKind kind_of(int code) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED: return ErrorKind::config;
    case CURLE_FILESIZE_EXCEEDED:
    case 100: return ErrorKind::protocol;  // CURLE_TOO_LARGE of later versions
    case CURLE_LOGIN_DENIED: return ErrorKind::credentials;
    case CURLE_FAILED_INIT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_FUNCTION_NOT_FOUND:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_UNKNOWN_OPTION:
    case CURLE_SETOPT_OPTION_SYNTAX:
    case CURLE_RECURSIVE_API_CALL: return ErrorKind::bug;
    default: return ErrorKind::temporary;
  }
}

std::string_view hint_for(int code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return "check the host in base_url and the name server";
    case CURLE_COULDNT_CONNECT: return "check the host and port in base_url and the firewall";
    case CURLE_SSL_CACERT_BADFILE: return "check the CA file";
    // The scheme was checked before: the peer's first bytes were no HTTP.
    case CURLE_UNSUPPORTED_PROTOCOL: return "check that base_url names an HTTP server";
    case CURLE_URL_MALFORMAT: return "check base_url";
    case CURLE_OPERATION_TIMEDOUT: return "a smaller page or window answers faster";
    default: break;
  }
  return kind_of(code) == ErrorKind::config ? "check the host's certificate and clock; a private "
                                              "authority must be among those that "
                                              "this system trusts"
                                            : "";
}

std::string_view phase_of(CURL* curl) {
  curl_off_t connected = 0;
  curl_off_t ready = 0;
  curl_off_t first_byte = 0;
  curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME_T, &connected);
  curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &ready);
  curl_easy_getinfo(curl, CURLINFO_STARTTRANSFER_TIME_T, &first_byte);
  if (connected == 0 && ready == 0) return "connecting";
  if (ready == 0) return "TLS handshake";
  return first_byte == 0 ? "waiting for the answer" : "receiving the answer";
}

bool connected(CURL* curl) {
  curl_off_t ready = 0;
  curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &ready);
  return ready != 0;
}

// The library compares the name once the chain was found good, and keeps no result of that.
std::string why_unbelieved(CURL* curl) {
  long result = X509_V_OK;
  curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &result);
  const bool chain_holds = result == X509_V_OK || result == X509_V_ERR_UNSPECIFIED;
  return fmt::format(" ({})", chain_holds ? "the certificate is for another name"
                                          : X509_verify_cert_error_string(result));
}

// Only fixed texts: the library's own error buffer may quote URLs and headers.
[[noreturn]] void fail(CURL* curl, CURLcode code, const Receiver& receiver,
                       const Request& request) {
  const auto host = host_of(request.url);
  if (code == CURLE_ABORTED_BY_CALLBACK) base::throw_if_stopped();
  if (receiver.too_large || kind_of(code) == ErrorKind::protocol) {
    throw Error(ErrorKind::protocol,
                fmt::format("the answer is larger than {} bytes; lower the page size",
                            receiver.header_bytes > k_most_header_bytes ? k_most_header_bytes
                                                                        : receiver.max_bytes))
        .at(host);
  }
  if (receiver.no_memory) {
    throw Error(ErrorKind::temporary, "not enough memory for the answer").at(host);
  }
  std::string text = fmt::format("{} failed: {}", phase_of(curl), curl_easy_strerror(code));
  long os_error = 0;
  curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &os_error);
  if (os_error != 0 && code == CURLE_COULDNT_CONNECT) {
    text += fmt::format(" ({})", std::strerror(static_cast<int>(os_error)));
  }
  if (code == CURLE_PEER_FAILED_VERIFICATION) text += why_unbelieved(curl);
  const auto error = Error(kind_of(code), std::move(text)).hint(hint_for(code)).at(host);
  // A peer that was reached and does not answer may be asked for too much.
  if (code == CURLE_OPERATION_TIMEDOUT && connected(curl)) throw TooBig(error, false);
  throw error;
}

}  // namespace

struct CurlTransport::Handle {
  CURL* curl = nullptr;

  Handle() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    curl = curl_easy_init();
    if (curl == nullptr) throw Error(ErrorKind::bug, "the HTTP library does not start");
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { curl_easy_cleanup(curl); }

  template <class Value>
  void set(CURLoption option, Value value) {
    if (const auto code = curl_easy_setopt(curl, option, value); code != CURLE_OK) {
      throw Error(code == CURLE_OUT_OF_MEMORY ? ErrorKind::temporary : ErrorKind::bug,
                  fmt::format("the HTTP library refuses option {}: {}", static_cast<int>(option),
                              curl_easy_strerror(code)));
    }
  }

  void set_rules(const CurlOptions& options) {
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");  // the empty text switches the environment's proxies off
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
    // One request at a time gains nothing from HTTP/2 and is spared its stream errors.
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    set(CURLOPT_USERAGENT, options.user_agent.c_str());
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.total_timeout.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, options.low_speed_bytes);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.low_speed_time.count()));
    // Counts the encoded size only; the decoded one is counted by the write callback.
    set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(options.max_bytes));
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_BUFFERSIZE, k_buffer_bytes);
  }

  void set_request(const Request& request, curl_slist* headers) {
    if (request.method == "POST") {
      set(CURLOPT_POST, 1L);
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      set(CURLOPT_POSTFIELDS, request.body.c_str());
    } else if (request.method == "GET") {
      set(CURLOPT_HTTPGET, 1L);
    } else {
      throw Error(ErrorKind::bug, "only GET and POST can be sent");
    }
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_HTTPHEADER, headers);
  }

  void set_receiver(Receiver& receiver) {
    set(CURLOPT_WRITEFUNCTION, &on_body);
    set(CURLOPT_WRITEDATA, &receiver);
    set(CURLOPT_HEADERFUNCTION, &on_header);
    set(CURLOPT_HEADERDATA, &receiver);
    set(CURLOPT_XFERINFOFUNCTION, &on_progress);
    set(CURLOPT_NOPROGRESS, 0L);
  }
};

CurlTransport::CurlTransport(CurlOptions options)
    : options_(std::move(options)), handle_(std::make_unique<Handle>()) {}

CurlTransport::~CurlTransport() = default;

Response CurlTransport::send(const Ask& ask) {
  base::throw_if_stopped();
  const Request request = ask.build();
  refuse_other_schemes(request.url);
  const auto headers = header_list(request.headers);
  Receiver receiver{handle_->curl, {}, options_.max_bytes};
  curl_easy_reset(handle_->curl);  // keeps the connection
  handle_->set_rules(options_);
  handle_->set_request(request, headers.get());
  handle_->set_receiver(receiver);
  ++counters_.requests;
  const CURLcode code = curl_easy_perform(handle_->curl);
  curl_off_t bytes = 0;
  curl_easy_getinfo(handle_->curl, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
  counters_.bytes_in += static_cast<std::uint64_t>(bytes);
  if (code != CURLE_OK) fail(handle_->curl, code, receiver, request);
  long status = 0;
  curl_easy_getinfo(handle_->curl, CURLINFO_RESPONSE_CODE, &status);
  receiver.response.status = static_cast<int>(status);
  return std::move(receiver.response);
}

}  // namespace erp2mysql::http
