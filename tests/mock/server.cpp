// SPDX-License-Identifier: Apache-2.0
#include "server.hpp"

#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "civil_time.hpp"
#include "jushuitan_qimen.hpp"
#include "platforms.hpp"
#include "sockets.hpp"

namespace mock {
namespace {

constexpr std::size_t thread_count = 64;

void pause(std::int64_t milliseconds) {
  if (milliseconds > 0) std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw OptionError("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Form form_of(const httplib::Request& request) {
  Form form;
  const std::size_t question = request.target.find('?');
  if (question != std::string::npos)
    form.add(std::string_view(request.target).substr(question + 1));
  const std::string type = request.get_header_value("Content-Type");
  if (type.starts_with("application/x-www-form-urlencoded")) form.add(request.body);
  return form;
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

Call call_of(const httplib::Request& request) {
  Call call;
  call.path = request.target.substr(0, request.target.find('?'));
  call.body = request.body;
  for (const auto& [name, value] : request.headers) call.headers.emplace(lower_case(name), value);
  call.form = form_of(request);
  call.form_body = call.header("content-type").starts_with("application/x-www-form-urlencoded");
  return call;
}

Params params_of(const httplib::Request& request) {
  return {request.params.begin(), request.params.end()};
}

std::int64_t page_index_of(const Form& form) {
  const auto found = form.params.find("page_index");
  return found == form.params.end() ? 1 : std::atoll(found->second.c_str());
}

// Announces the whole body, sends half of it and hangs up.
void send_half(const std::string& body, const std::string& type, httplib::Response& response) {
  const auto half = std::make_shared<std::string>(body.substr(0, body.size() / 2));
  response.set_content_provider(body.size() + 1, type,
                                [half](std::size_t offset, std::size_t, httplib::DataSink& sink) {
                                  if (offset < half->size())
                                    sink.write(half->data() + offset, half->size() - offset);
                                  return offset < half->size();
                                });
}

void send(Answer&& answer, bool zipped, const httplib::Request& request,
          httplib::Response& response) {
  if (answer.ending == Ending::reset) return reset_connection(request.remote_port);
  if (zipped && answer.content_encoding.empty()) {
    answer.body = gzip(answer.body);
    answer.content_encoding = "gzip";
  }
  response.status = answer.status;
  if (!answer.content_encoding.empty()) {
    response.set_header("Content-Encoding", answer.content_encoding);
  }
  for (const auto& [name, value] : answer.headers) response.headers.emplace(name, value);
  if (!answer.retry_after.empty()) response.set_header("Retry-After", answer.retry_after);
  if (answer.ending == Ending::cut_short) return send_half(answer.body, answer.type, response);
  response.body = std::move(answer.body);
  response.set_header("Content-Type", answer.type);
}

void send_text(httplib::Response& response, int status, const std::string& text) {
  response.status = status;
  response.set_content(text, "application/json");
}

}  // namespace

struct Server::Parts {
  explicit Parts(const Options& o)
      : options(o),
        orders(o),
        jushuitan(options, orders, jushuitan_stats),
        platforms(options, options.settings, stats) {}

  void any_call(const httplib::Request& request, httplib::Response& response);
  void gateway(const httplib::Request& request, httplib::Response& response);
  void truth(const httplib::Request& request, httplib::Response& response) const;
  void platform_truth(const httplib::Request& request, httplib::Response& response) const;
  void show_stats(const httplib::Request& request, httplib::Response& response) const;
  void late(const httplib::Request& request, httplib::Response& response);
  void expire(const httplib::Request& request, httplib::Response& response);
  void set(const httplib::Request& request, httplib::Response& response);
  void touch(const httplib::Request& request, httplib::Response& response);
  void load_faults(const httplib::Request& request, httplib::Response& response);

  Options options;
  Orders orders;
  Stats stats;
  Stats jushuitan_stats{&stats};
  FaultPlan faults;
  JushuitanQimen jushuitan;
  Platforms platforms;
  httplib::Server http;
};

void Server::Parts::gateway(const httplib::Request& request, httplib::Response& response) {
  const Form form = form_of(request);
  const auto method = form.params.find("method");
  jushuitan_stats.request(method == form.params.end() ? "" : method->second, steady_milliseconds());
  const auto fault = faults.next(page_index_of(form), "jushuitan-qimen");
  pause(options.latency_ms);
  if (fault && fault->name == "slow") pause(fault->milliseconds);
  Answer answer = jushuitan.serve(form, fault);
  const std::string accepted = request.get_header_value("Accept-Encoding");
  const bool zipped = options.gzip && accepted.find("gzip") != std::string::npos;
  send(std::move(answer), zipped, request, response);
  jushuitan_stats.bytes(response.body.size());
}

void Server::Parts::any_call(const httplib::Request& request, httplib::Response& response) {
  const Call call = call_of(request);
  Erp* const erp = platforms.taking(call);
  if (erp == nullptr && call.path.starts_with("/router/qm")) return gateway(request, response);
  if (erp == nullptr)
    return send_text(response, 404, "{\"error\":\"no platform has this path\"}\n");
  erp->stats().request(erp->api_of(call), steady_milliseconds());
  const auto fault = faults.next(erp->page_of(call), erp->name());
  pause(options.latency_ms);
  if (fault && fault->name == "slow") pause(fault->milliseconds);
  Answer answer = erp->serve(call, fault);
  const bool zipped =
      options.gzip && call.header("accept-encoding").find("gzip") != std::string::npos;
  send(std::move(answer), zipped, request, response);
  erp->stats().bytes(response.body.size());
}

void Server::Parts::platform_truth(const httplib::Request& request,
                                   httplib::Response& response) const {
  const Erp* const erp = platforms.named(request.matches[1].str());
  const auto rows = erp == nullptr ? std::nullopt : erp->truth(params_of(request));
  if (!rows) return send_text(response, 404, "{\"error\":\"no such platform, api or field\"}\n");
  response.set_content(*rows, "application/x-ndjson");
}

void Server::Parts::show_stats(const httplib::Request& request, httplib::Response& response) const {
  const std::string name = request.get_param_value("platform");
  const Erp* const erp = platforms.named(name);
  const Stats* const found = name.empty()                ? &stats
                             : name == "jushuitan-qimen" ? &jushuitan_stats
                             : erp != nullptr            ? &erp->stats()
                                                         : nullptr;
  if (found == nullptr) return send_text(response, 404, "{\"error\":\"no such platform\"}\n");
  send_text(response, 200, found->json());
}

void Server::Parts::late(const httplib::Request& request, httplib::Response& response) {
  const Erp* const erp = platforms.named(request.get_param_value("platform"));
  Table* const table = erp == nullptr ? nullptr : erp->table(request.get_param_value("api"));
  if (table == nullptr) return send_text(response, 404, "{\"error\":\"no such table\"}\n");
  const std::int64_t count =
      request.has_param("count") ? std::atoll(request.get_param_value("count").c_str()) : INT64_MAX;
  const std::int64_t done = table->records().reveal(count);
  send_text(response, 200, "{\"appeared\":" + std::to_string(done) + "}\n");
}

void Server::Parts::expire(const httplib::Request& request, httplib::Response& response) {
  Erp* const erp = platforms.named(request.get_param_value("platform"));
  if (erp == nullptr) return send_text(response, 404, "{\"error\":\"no such platform\"}\n");
  erp->expire();
  send_text(response, 200, "{\"expired\":true}\n");
}

void Server::Parts::set(const httplib::Request& request, httplib::Response& response) {
  try {
    for (const auto& [name, value] : request.params) options.settings.set(name, value);
    send_text(response, 200, "{\"set\":true}\n");
  } catch (const OptionError& error) {
    send_text(response, 400, std::string(error.what()) + "\n");
  }
}

void Server::Parts::truth(const httplib::Request& request, httplib::Response& response) const {
  Filter filter;
  filter.from = parse_time("0001-01-01");
  filter.to = parse_time("9999-12-31");
  if (request.has_param("from")) filter.from = parse_time(request.get_param_value("from"));
  if (request.has_param("to")) filter.to = parse_time(request.get_param_value("to"));
  if (!filter.from || !filter.to) {
    return send_text(response, 400, "{\"error\":\"from, to: YYYY-MM-DD HH:MM:SS\"}\n");
  }
  *filter.to -= 1;  // half-open here, closed in the filter
  if (request.has_param("status")) {
    const auto name = request.get_param_value("status");
    const auto found = std::find(status_names.begin(), status_names.end(), name);
    if (found == status_names.end()) {
      return send_text(response, 400, "{\"error\":\"unknown status\"}\n");
    }
    filter.status = static_cast<std::uint8_t>(found - status_names.begin());
  }
  const auto rows =
      std::make_shared<const std::vector<Order>>(orders.find(filter, 0, INT64_MAX).rows);
  const auto next = std::make_shared<std::size_t>(0);
  response.set_chunked_content_provider(
      "application/x-ndjson",
      [rows, next, text = OrderText(options)](std::size_t, httplib::DataSink& sink) {
        constexpr std::size_t at_once = 100;
        std::string out;
        const std::size_t last = std::min(*next + at_once, rows->size());
        for (; *next < last; ++*next) text.append_rows(out, (*rows)[*next]);
        if (!out.empty()) sink.write(out.data(), out.size());
        if (*next == rows->size()) sink.done();
        return true;
      });
}

void Server::Parts::touch(const httplib::Request& request, httplib::Response& response) {
  if (Erp* const erp = platforms.named(request.get_param_value("platform"))) {
    Table* const table = erp->table(request.get_param_value("api"));
    const std::int64_t key = std::atoll(request.get_param_value("id").c_str());
    if (table == nullptr || !table->records().touch(key - table->first_key)) {
      return send_text(response, 404, "{\"error\":\"no such row\"}\n");
    }
    erp->stats().count(Counter::touched);
    return send_text(response, 200, "{\"touched\":true}\n");
  }
  const std::string io_id = request.get_param_value("io_id");
  if (!orders.touch(std::atoll(io_id.c_str()))) {
    return send_text(response, 404, "{\"error\":\"no such io_id\"}\n");
  }
  jushuitan_stats.count(Counter::touched);
  send_text(response, 200, "{\"touched\":true}\n");
}

void Server::Parts::load_faults(const httplib::Request& request, httplib::Response& response) {
  try {
    faults.load(request.body);
    send_text(response, 200, "{\"loaded\":true}\n");
  } catch (const FaultError& error) {
    send_text(response, 400, std::string("fault plan: ") + error.what() + "\n");
  }
}

Server::Server(const Options& options) : parts_(std::make_unique<Parts>(options)) {
  Parts& parts = *parts_;
  if (!options.faults_file.empty()) {
    try {
      parts.faults.load(read_file(options.faults_file));
    } catch (const FaultError& error) {
      throw OptionError(options.faults_file + ": " + error.what());
    }
  }
  using httplib::Request;
  using httplib::Response;
  httplib::Server& http = parts.http;
  http.new_task_queue = [] { return new httplib::ThreadPool(thread_count); };
  http.set_tcp_nodelay(true);
  http.set_keep_alive_max_count(SIZE_MAX);
  http.set_keep_alive_timeout(60);
  http.Get("/_mock/truth/jushuitan-qimen",
           [&parts](const Request& q, Response& r) { parts.truth(q, r); });
  http.Get("/_mock/truth/([a-z-]+)",
           [&parts](const Request& q, Response& r) { parts.platform_truth(q, r); });
  http.Get("/_mock/stats", [&parts](const Request& q, Response& r) { parts.show_stats(q, r); });
  http.Get("/_mock/faults",
           [](const Request&, Response& r) { send_text(r, 200, fault_names() + "\n"); });
  http.Post("/_mock/late", [&parts](const Request& q, Response& r) { parts.late(q, r); });
  http.Post("/_mock/expire", [&parts](const Request& q, Response& r) { parts.expire(q, r); });
  http.Post("/_mock/set", [&parts](const Request& q, Response& r) { parts.set(q, r); });
  http.Post("/_mock/touch", [&parts](const Request& q, Response& r) { parts.touch(q, r); });
  http.Post("/_mock/faults", [&parts](const Request& q, Response& r) { parts.load_faults(q, r); });
  http.Post("/.*", [&parts](const Request& q, Response& r) { parts.any_call(q, r); });
}

Server::~Server() = default;

int Server::bind() {
  const Options& options = parts_->options;
  const int port = options.port == 0 ? parts_->http.bind_to_any_port(options.host)
                   : parts_->http.bind_to_port(options.host, options.port) ? options.port
                                                                           : -1;
  if (port < 0) {
    throw std::runtime_error("cannot listen on " + options.host + ":" +
                             std::to_string(options.port));
  }
  return port;
}

void Server::run() { parts_->http.listen_after_bind(); }

void Server::stop() {
  // The library forgets a stop that comes before it has begun.
  for (int tries = 0; tries < 1000 && !parts_->http.is_running(); ++tries) pause(1);
  parts_->http.stop();
  shut_connections();
}

}  // namespace mock
