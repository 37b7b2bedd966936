// SPDX-License-Identifier: Apache-2.0
// Rows of a file, as SELECT … INTO OUTFILE writes it, through the tool's writer into a table: what
// writer.py times against LOAD DATA of the same file. The file is in memory before the clock runs;
// rows are handed over in windows, as a run does. Prints one JSON line.
//
//   writer_bench FILE SQL --socket S|--port P [--method statements|load|prepared] [--single]
//     [--limit ROWS] [--commit ROWS]
//
// SQL with VALUES at its end is a batch statement; any other takes the columns of the file in
// order.
// --single: the reference for UPDATE, one prepared statement per row in one transaction, by the
// client library alone.
#include <mysql.h>
#include <sys/resource.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "erp2mysql/store/writer.hpp"

namespace {

using namespace erp2mysql;

struct Arguments {
  std::string file, sql;
  mysql::Options target;
  std::size_t limit = 1000, commit = store::WriteOptions().rows_per_commit;
  bool single = false;
};

Arguments parse(int argc, char** argv) {
  Arguments out;
  out.file = argv[1];
  out.sql = argv[2];
  out.target.username = "root";
  out.target.database = "bi";
  for (int i = 3; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag == "--single") {
      out.single = true;
      continue;
    }
    const std::string value = argv[++i];
    if (flag == "--socket") out.target.socket = value;
    if (flag == "--port") out.target.port = static_cast<unsigned>(std::stoul(value));
    if (flag == "--user") out.target.username = value;
    out.target.ssl_mode = "disabled";
    if (flag == "--limit") out.limit = std::stoul(value);
    if (flag == "--commit") out.commit = std::stoul(value);
    if (flag == "--method") {
      out.target.write_method = value == "load"       ? mysql::WriteMethod::load
                                : value == "prepared" ? mysql::WriteMethod::prepared
                                                      : mysql::WriteMethod::statements;
    }
  }
  return out;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Takes one row off the text into the batch.
void take_row(std::string_view& text, data::Batch& batch) {
  static std::string cell;
  batch.begin_row({});
  for (bool more = true; more;) {
    cell.clear();
    bool null = false;
    std::size_t at = 0;
    for (; text[at] != '\t' && text[at] != '\n'; ++at) {
      if (text[at] != '\\') {
        cell += text[at];
        continue;
      }
      const char c = text[++at];
      null = null || c == 'N';
      cell += c == '0' ? '\0' : c;
    }
    null ? batch.add_null() : batch.add(cell);
    more = text[at] == '\t';
    text.remove_prefix(at + 1);
  }
}

std::size_t columns_of(std::string_view text) {
  std::size_t out = 1;
  for (const char c : text.substr(0, text.find('\n'))) out += c == '\t';
  return out;
}

double cpu_seconds() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

struct Closer {
  void operator()(MYSQL* link) const { mysql_close(link); }
  void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
};

void check(bool good, const char* what) {
  if (!good) throw std::runtime_error(what);
}

std::size_t write_single(std::string_view text, const Arguments& arguments) {
  const auto& target = arguments.target;
  const std::unique_ptr<MYSQL, Closer> link(mysql_init(nullptr));
  check(mysql_real_connect(link.get(), target.socket.empty() ? "127.0.0.1" : nullptr,
                           target.username.c_str(), "", target.database.c_str(), target.port,
                           target.socket.empty() ? nullptr : target.socket.c_str(), 0) != nullptr,
        "the reference cannot connect");
  const std::unique_ptr<MYSQL_STMT, Closer> statement(mysql_stmt_init(link.get()));
  check(mysql_stmt_prepare(statement.get(), arguments.sql.data(), arguments.sql.size()) == 0,
        "the reference cannot prepare");
  data::Batch batch(columns_of(text));
  std::vector<MYSQL_BIND> binds(batch.columns());
  std::vector<unsigned long> lengths(batch.columns());
  std::size_t rows = 0;
  mysql_autocommit(link.get(), 0);
  for (; !text.empty(); ++rows) {
    batch.truncate(0);
    take_row(text, batch);
    for (std::size_t i = 0; i < binds.size(); ++i) {
      const auto cell = batch.cell(0, i).value_or("");
      lengths[i] = cell.size();
      binds[i].buffer_type = MYSQL_TYPE_STRING;
      binds[i].buffer = const_cast<char*>(cell.data());
      binds[i].length = &lengths[i];
    }
    mysql_stmt_bind_param(statement.get(), binds.data());
    check(mysql_stmt_execute(statement.get()) == 0, mysql_stmt_error(statement.get()));
  }
  check(mysql_commit(link.get()) == 0, "the reference cannot commit");
  return rows;
}

std::size_t write(std::string_view text, store::WindowWriter& writer) {
  store::WindowCounts counts;
  writer.begin("bench", {{base::Instant{}, base::Instant{base::Millis(1)}}});
  store::RowCutter rows(writer, [&](data::MappedRows piece) { writer.take(std::move(piece)); });
  for (; !text.empty(); ++counts.books.read) {
    take_row(text, rows.batch());
    rows.record_added();
  }
  rows.flush();
  writer.finish(counts, std::nullopt);
  return counts.books.written;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 3) return 64;
  const auto arguments = parse(argc, argv);
  const std::string text = read_file(arguments.file);
  const bool batch =
      arguments.sql.find("VALUES") != std::string::npos && !arguments.sql.starts_with("UPDATE");
  auto statement = batch ? store::parse_batch(arguments.sql) : store::parse_execute(arguments.sql);
  if (!batch) {
    std::vector<std::string> items;
    for (std::size_t i = 0; i < columns_of(text); ++i) items.push_back("c" + std::to_string(i));
    store::bind_marks(statement, items);
  }
  const auto connect = [&] { return mysql::connect(arguments.target); };
  const auto connection = connect();
  const auto table = store::read_table(*connection, "bi", statement.table);
  store::Session session(connect, store::State("bi", "bench"), "bench", "f", base::system_clock());
  store::WriteOptions options;
  options.rows_per_statement = arguments.limit;
  options.rows_per_commit = arguments.commit;
  options.max_bad_rows = 1'000'000'000;
  store::WindowWriter writer(session, statement, table, options);

  const double cpu = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  const auto rows = arguments.single ? write_single(text, arguments) : write(text, writer);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::cout << "{\"rows\": " << rows << ", \"seconds\": " << took.count()
            << ", \"cpu\": " << cpu_seconds() - cpu << ", \"bad\": " << writer.bad_rows()
            << ", \"method\": \"" << connection->write_method() << "\"}\n";
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
