// SPDX-License-Identifier: Apache-2.0
// A plain main for the fuzz targets: every file of a folder, and some changed copies of each, the
// same ones every time. So any compiler can run what the fuzzer found worth keeping.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int k_copies = 40;

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::string changed(std::string bytes, std::mt19937& dice) {
  constexpr std::string_view k_odd("{}[]\"'`\\,:$?<>;\0\xFF\n0", 20);
  for (int i = 0; i < 3 && !bytes.empty(); ++i) {
    const auto at = dice() % bytes.size();
    switch (dice() % 4) {
      case 0: bytes[at] = k_odd[dice() % k_odd.size()]; break;
      case 1: bytes.insert(at, 1, k_odd[dice() % k_odd.size()]); break;
      case 2: bytes.erase(at, dice() % 8); break;
      default: bytes.insert(at, bytes.substr(dice() % bytes.size(), dice() % 64));
    }
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  int files = 0;
  int inputs = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      std::mt19937 dice(static_cast<unsigned>(bytes.size()));
      run(bytes);
      for (int copy = 0; copy < k_copies; ++copy) run(changed(bytes, dice));
      ++files;
      inputs += 1 + k_copies;
    }
  }
  std::printf("%d files of the corpus, %d inputs\n", files, inputs);
  return files == 0 ? 1 : 0;
}
