// SPDX-License-Identifier: Apache-2.0
// The job file described from its field tables: as JSON Schema for editors and CI, and as a page
// for people. It knows no single key by name but the two that depend on the platform.
#pragma once

#include <string>

namespace erp2mysql::job {

/// JSON Schema, draft 2020-12. A file that the loader takes is valid; what no schema can say (two
/// keys that exclude each other, a statement that does not parse) only `validate` finds.
std::string json_schema();

/// The tables of docs/job.md, in Markdown.
std::string reference_page();

}  // namespace erp2mysql::job
