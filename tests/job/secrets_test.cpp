// SPDX-License-Identifier: Apache-2.0
// References to secrets: where they come from, and that they never show.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "erp2mysql/base/secrets.hpp"
#include "job/sample.hpp"

namespace erp2mysql::job {
namespace {

using testing::all_text;

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / "erp2mysql-job-XXXXXX") {
    std::string name = path_.string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string write(const std::string& name, std::string_view text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

TEST(Secrets, AreRegisteredAndLiteralsEarnAWarning) {
  base::forget_secrets();
  const auto loaded =
      testing::load_sample({{"${env:S}\", \"customer_id", "literal-one\", \"customer_id"}});
  ASSERT_EQ(loaded.warnings.size(), 1u) << all_text(loaded.warnings);
  EXPECT_EQ(loaded.warnings[0].pointer, "/source/connection/app_secret");
  EXPECT_EQ(all_text(loaded.warnings).find("literal-one"), std::string::npos);
  EXPECT_EQ(base::scrub("a literal-one b s3cr3t-value c"), "a *** b *** c");
  base::forget_secrets();
}

TEST(Secrets, ThePlaceOfAPeerIsNone) {
  base::forget_secrets();
  const auto load = [](const std::string& url) {
    LoadOptions options;
    options.env = [&](const std::string& name) { return name == "HOST" ? "db.example" : url; };
    load_text("job.json",
              R"({"source": {"platform": "jikeyun", "connection": {"base_url": "${env:URL}"}},
                  "target": {"connection": {"host": "${env:HOST}"}}})",
              options);
  };
  load("https://erp.example/x");
  EXPECT_EQ(base::scrub("db.example, https://erp.example/x"), "db.example, https://erp.example/x");
  load("https://user:pass@erp.example");
  EXPECT_EQ(base::scrub("at https://user:pass@erp.example now"), "at *** now");
  load("https://erp.example?key=1234");
  EXPECT_EQ(base::scrub("at https://erp.example?key=1234 now"), "at *** now");
  base::forget_secrets();
}

TEST(Secrets, ComeFromFilesAndCredentialsInPartOfAText) {
  const Folder folder;
  folder.write("secrets/jst", "from-file\r\n");
  folder.write("cred/db", "from-cred\n\n");
  auto options = testing::options();
  options.env = [&](const std::string& name) -> std::optional<std::string> {
    if (name == "CREDENTIALS_DIRECTORY") return folder.path("cred");
    return "from-env";
  };
  const auto file = folder.write(
      "job.json",
      testing::edited({{"${env:S}\", \"customer_id\": \"c\"",
                        "${file:secrets/jst}:${env:SALT}\", \"customer_id\": \"c-${x}\""},
                       {"${env:S}", "${credential:db}"}}));
  const auto loaded = load(file, options);
  EXPECT_TRUE(loaded.problems.empty()) << all_text(loaded.problems);
  EXPECT_TRUE(loaded.warnings.empty()) << all_text(loaded.warnings);
  EXPECT_EQ(loaded.job.source.connection.at("app_secret"), "from-file:from-env");
  EXPECT_EQ(loaded.job.source.connection.at("customer_id"), "c-${x}");
  EXPECT_EQ(loaded.job.target.connection.at("password"), "from-cred\n");
  base::forget_secrets();
}

TEST(Secrets, OfAConnectionsFileAreRelativeToIt) {
  const Folder folder;
  folder.write("shared/key", "from-shared");
  LoadOptions options = testing::options();
  options.connections_file = folder.write("shared/connections.json", R"({"jst":
    {"app_key": 1, "app_secret": "${file:key}", "customer_id": "c"}})");
  const auto text = testing::edited(
      {{R"({"app_key": "1", "app_secret": "${env:S}", "customer_id": "c"})", "\"jst\""}});
  const auto loaded = load_text("a.json", text, options);
  EXPECT_TRUE(loaded.problems.empty()) << all_text(loaded.problems);
  EXPECT_EQ(loaded.job.source.connection.at("app_secret"), "from-shared");
  EXPECT_EQ(loaded.job.source.connection.at("app_key"), "1");
  base::forget_secrets();
}

TEST(Secrets, ABrokenConnectionsFileIsReportedOnce) {
  const Folder folder;
  LoadOptions options = testing::options();
  options.connections_file = folder.write("c.json", "{\n \"jst\": ");
  const auto text = testing::edited(
      {{R"({"app_key": "1", "app_secret": "${env:S}", "customer_id": "c"})", "\"jst\""},
       {R"({"username": "etl", "password": "${env:S}", "database": "bi"})", "\"bi\""}});
  const auto loaded = load_text("a.json", text, options);
  ASSERT_EQ(loaded.problems.size(), 1u) << all_text(loaded.problems);
  EXPECT_EQ(loaded.problems[0].file, options.connections_file);
  EXPECT_EQ(loaded.problems[0].place.line, 2u);
}

}  // namespace
}  // namespace erp2mysql::job
