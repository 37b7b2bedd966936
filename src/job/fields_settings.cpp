// SPDX-License-Identifier: Apache-2.0
// What QEasy keeps in its console and the job file beside the metadata.
#include "erp2mysql/job/field_table.hpp"

namespace erp2mysql::job {
namespace {

using enum FieldType;

constexpr Field k_job[] = {
    {.name = "name",
     .type = text,
     .description =
         "Name of the job in state, locks and logs: letters of any script, digits, - _ .",
     .fallback = "the file's name without its extension"},
    {.name = "uuid",
     .type = text,
     .description =
         "UUID that the job has in QEasy; _findCollection of other jobs may call it by that"},
    {.name = "timezone",
     .type = zone,
     .description = "Zone of times without an offset: +08:00 or an IANA name",
     .fallback = "+08:00"},
    {.name = "source",
     .type = object,
     .description = "Where the rows come from",
     .inner = &k_source_section,
     .required = true},
    {.name = "target",
     .type = object,
     .description = "Where the rows go",
     .inner = &k_target_section,
     .required = true},
    {.name = "accounts",
     .type = objects_or_file,
     .description = "Connections of several shops or app keys, each read as a job of its own",
     .inner = &k_account_section},
    {.name = "sync", .type = object, .description = "Which time is read", .inner = &k_sync_section},
    {.name = "rateLimit",
     .type = objects,
     .description = "Limits on requests; replaces those of the platform",
     .inner = &k_rate_section,
     .instead = &k_rates_section},
    {.name = "retry",
     .type = object,
     .description = "How failed requests are repeated",
     .inner = &k_retry_section},
    {.name = "quality",
     .type = object,
     .description = "What a good row is",
     .inner = &k_quality_section},
    {.name = "write",
     .type = object,
     .description = "How rows are written",
     .inner = &k_write_section},
    {.name = "state",
     .type = object,
     .description = "Where progress is kept",
     .inner = &k_state_section},
    {.name = "alerts", .type = objects, .description = "Whom to tell", .inner = &k_alert_section},
    {.name = "retryPolicy",
     .type = object,
     .description = "Another spelling of retry",
     .inner = &k_retry_policy_section},
    {.name = "retry_policy",
     .type = object,
     .description = "Another spelling of retry",
     .inner = &k_retry_policy_snake_section},
    {.name = "delay",
     .type = seconds,
     .description = "Pause between pages, in seconds",
     .fallback = "0",
     .least = 0,
     .most = 3'600'000},
    {.name = "schedule",
     .type = warned,
     .description = "Crontabs of the QEasy console",
     .allowed = "start the job from cron"},
    {.name = "$schema", .type = ignored, .description = "For editors"},
    {.name = "notes", .type = ignored, .description = "Remarks"},
    {.name = "origin", .type = ignored, .description = "Remarks"},
    {.name = "evidence", .type = ignored, .description = "Remarks"},
    {.name = "describe", .type = ignored, .description = "Remarks"},
    {.name = "label", .type = ignored, .description = "Caption"},
};

constexpr Field k_sync[] = {
    {.name = "start", .type = datetime, .description = "First watermark, local to the job's zone"},
    {.name = "overlap",
     .type = duration,
     .description = "Read again this much before the watermark",
     .fallback = "0s",
     .least = 0},
    {.name = "lag",
     .type = duration,
     .description = "Stay this much behind the present",
     .fallback = "1m",
     .least = 0},
    {.name = "window",
     .type = duration,
     .description = "Longest stretch of one window",
     .fallback = "1d",
     .least = 1},
    {.name = "parallel",
     .type = integer,
     .description = "Windows that are read side by side",
     .fallback = "1",
     .least = 1,
     .most = 64},
    {.name = "parallelAccounts",
     .type = integer,
     .description = "Accounts that are read side by side",
     .fallback = "1",
     .least = 1,
     .most = 64},
    {.name = "paging",
     .type = choice,
     .description = "Order of the pages of a window",
     .allowed = "auto|forward|reverse",
     .fallback = "auto"},
    {.name = "lease",
     .type = duration,
     .description = "Shards: a process that is silent for so long counts as dead, and others take "
                    "its windows over",
     .fallback = "1m",
     .least = 1000},
};

constexpr Field k_rate[] = {
    {.name = "requests",
     .type = integer,
     .description = "At most so many requests …",
     .least = 1,
     .most = 1'000'000,
     .required = true},
    {.name = "per",
     .type = duration,
     .description = "… in this time",
     .least = 1,
     .required = true},
};

constexpr Field k_rates[] = {
    {.name = "limits",
     .type = objects,
     .description = "Limits on requests; replaces those of the platform",
     .inner = &k_rate_section},
    {.name = "shared",
     .type = choice,
     .description = "Who counts together for an app key: the processes of this user on this host, "
                    "or all that write to this target, whatever their hosts",
     .allowed = "host|target",
     .fallback = "host"},
};

constexpr Field k_retry[] = {
    {.name = "maxAttempts",
     .type = integer,
     .description = "Attempts per request, the first one included",
     .fallback = "5",
     .least = 1,
     .most = 100},
    {.name = "delay",
     .type = duration,
     .description = "First pause; doubles every time, with full jitter",
     .fallback = "1s",
     .least = 0},
    {.name = "maxDelay",
     .type = duration,
     .description = "Longest pause",
     .fallback = "60s",
     .least = 0},
};

constexpr Field k_retry_policy[] = {
    {.name = "maxAttempts",
     .type = integer,
     .description = "As in retry",
     .least = 1,
     .most = 100,
     .text_ok = true},
    {.name = "delay",
     .type = millis,
     .description = "First pause, in milliseconds",
     .least = 0,
     .most = 3'600'000},
};

constexpr Field k_retry_policy_snake[] = {
    {.name = "max_retries",
     .type = integer,
     .description = "Attempts per request, the first one not included",
     .least = 0,
     .most = 99,
     .text_ok = true},
};

constexpr Field k_quality[] = {
    {.name = "maxBadRows",
     .type = integer,
     .description = "Bad rows that may go to quarantine before the run fails",
     .fallback = "0, or any number when maxBadRatio is given",
     .least = 0},
    {.name = "maxBadRatio",
     .type = scalar,
     .description = "Share of a window's rows that may be bad, 0 to 1"},
    {.name = "rules",
     .type = objects,
     .description = "Rules for target columns",
     .inner = &k_rule_section},
    {.name = "minRows",
     .type = integer,
     .description = "A run that reads fewer rows is an anomaly",
     .least = 0},
    {.name = "maxRows",
     .type = integer,
     .description = "A run that reads more rows is an anomaly",
     .least = 0},
    {.name = "dropBelow",
     .type = scalar,
     .description = "A run that reads less than this share, 0 to 1, of the median of the last runs "
                    "of the same weekday is an anomaly"},
    {.name = "dropRuns",
     .type = integer,
     .description = "Runs of the same weekday that make the median of dropBelow",
     .fallback = "4",
     .least = 1,
     .most = 100},
    {.name = "maxLag",
     .type = duration,
     .description = "A watermark further behind the present is an anomaly",
     .least = 1},
    {.name = "nullShare",
     .type = objects,
     .description = "Columns that may be NULL only so often",
     .inner = &k_null_share_section},
    {.name = "failOn",
     .type = choices,
     .description = "Anomalies that fail the run (65) instead of warning",
     .allowed = "minRows|maxRows|dropBelow|maxLag|nullShare",
     .fallback = "[]"},
};

constexpr Field k_null_share[] = {
    {.name = "field", .type = text, .description = "Target column or parameter", .required = true},
    {.name = "max",
     .type = scalar,
     .description = "Share of the rows of a run that may be NULL there, 0 to 1",
     .required = true},
};

constexpr Field k_rule[] = {
    {.name = "field", .type = text, .description = "Target column or parameter", .required = true},
    {.name = "required",
     .type = boolean,
     .description = "NULL and empty text are bad",
     .fallback = "false"},
    {.name = "pattern", .type = text, .description = "Regular expression that must match"},
    {.name = "min", .type = scalar, .description = "Least value"},
    {.name = "max", .type = scalar, .description = "Greatest value"},
    {.name = "maxLength", .type = integer, .description = "Most characters", .least = 1},
    {.name = "in", .type = scalars, .description = "Allowed values"},
    {.name = "default", .type = scalar, .description = "Value for a missing one"},
    {.name = "onFail",
     .type = choice,
     .description = "What happens to a bad row",
     .allowed = "quarantine|null|default|stop",
     .fallback = "quarantine"},
    {.name = "label", .type = ignored, .description = "Caption"},
    {.name = "describe", .type = ignored, .description = "Remarks"},
};

constexpr Field k_write[] = {
    {.name = "onNoMatch",
     .type = choice,
     .description = "What becomes of a row whose UPDATE finds nothing",
     .allowed = "quarantine|ignore|insert",
     .fallback = "quarantine"},
    {.name = "skipUnchanged",
     .type = boolean,
     .description = "Do not send rows that the table holds already",
     .fallback = "false"},
    {.name = "method",
     .type = choice,
     .description =
         "How plain REPLACE and INSERT travel: statements, LOAD DATA from memory, or the "
         "faster of both that the server allows",
     .allowed = "auto|statement|load",
     .fallback = "auto"},
};

constexpr Field k_state[] = {
    {.name = "database",
     .type = text,
     .description = "Database of the state tables",
     .fallback = "the target's"},
};

constexpr Field k_alert[] = {
    {.name = "type",
     .type = choice,
     .description = "Kind of receiver",
     .allowed = "dingtalk|wecom|feishu|webhook",
     .required = true},
    {.name = "url",
     .type = text,
     .description = "Address of the robot or hook, with its token",
     .required = true,
     .secret = true},
    {.name = "secret", .type = text, .description = "Signing secret", .secret = true},
    {.name = "on",
     .type = choices,
     .description = "What is told",
     .allowed = "failure|quarantine|anomaly|recovery|success",
     .fallback = "[\"failure\", \"anomaly\", \"recovery\"]"},
    {.name = "lang",
     .type = choice,
     .description = "Language of the message",
     .allowed = "en|zh",
     .fallback = "as --lang or the environment says"},
    {.name = "repeat",
     .type = duration,
     .description = "The same trouble is told again only after this time",
     .fallback = "6h",
     .least = 0},
};

constexpr Field k_account[] = {
    {.name = "name",
     .type = text,
     .description =
         "Name of the account in state, locks and logs, behind the job's: letters of any script, "
         "digits, - _ .",
     .required = true},
    {.name = "connection",
     .type = connection,
     .description = "Keys that differ from those of source.connection, or a name in "
                    "connections.json",
     .required = true},
    {.name = "variables",
     .type = any,
     .description = "Texts for {{NAME}} in the job; {{ACCOUNT}} is the account's name"},
    {.name = "label", .type = ignored, .description = "Caption"},
    {.name = "describe", .type = ignored, .description = "Remarks"},
};

const Section k_job_section{"job", "The job file", k_job};

}  // namespace

const Section k_sync_section{"sync", "Which time is read", k_sync};
const Section k_rate_section{"rateLimit", "One limit on requests", k_rate};
const Section k_rates_section{"rateLimits", "Limits on requests, and who shares them", k_rates};
const Section k_retry_section{"retry", "How failed requests are repeated", k_retry};
const Section k_retry_policy_section{"retryPolicy", "Another spelling of retry", k_retry_policy};
const Section k_retry_policy_snake_section{"retry_policy", "Another spelling of retry",
                                           k_retry_policy_snake};
const Section k_quality_section{"quality", "What a good row is", k_quality};
const Section k_rule_section{"rule", "One rule for one column", k_rule};
const Section k_null_share_section{"nullShare", "Most NULLs of one column", k_null_share};
const Section k_write_section{"write", "How rows are written", k_write};
const Section k_state_section{"state", "Where progress is kept", k_state};
const Section k_account_section{"account", "One of several accounts", k_account};
const Section k_alert_section{"alert", "One receiver of messages", k_alert, true};

const Section& job_section() { return k_job_section; }

const Field* Section::find(std::string_view key) const {
  for (const auto& field : fields) {
    if (field.name == key) return &field;
  }
  return nullptr;
}

}  // namespace erp2mysql::job
