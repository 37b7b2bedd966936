// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/cli/commands.hpp"

int main(int argc, char** argv) { return erp2mysql::cli::main_program(argc, argv); }
