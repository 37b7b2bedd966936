# SPDX-License-Identifier: Apache-2.0
# For scripts that run long commands and must leave nothing behind when a signal ends them. To be
# sourced; it knows no command by name.
#
#   patient COMMAND…   runs it and returns its exit code. A signal to the script ends it at once,
#                      with everything it has started: it gets a process group of its own.
#   stop_patient       ends what patient runs now; for the script's EXIT trap.

patient_runs=no

patient() {
  patient_runs=yes
  # Descriptor 9 is the script's own, if it has one.
  setsid "$@" 9>&- &
  patient_code=0
  wait "$!" || patient_code=$?
  patient_runs=no
  return "$patient_code"
}

# Asks politely, then insists.
stop_patient() {
  [ "$patient_runs" = yes ] && [ -n "${!:-}" ] || return 0
  # A moment ago it may still have been in this shell's own group. Once is enough: a second signal
  # would cut off those that are just cleaning up.
  kill -TERM "-$!" 2>/dev/null || kill -TERM "$!" 2>/dev/null || :
  patient_tries=0
  while kill -0 "-$!" 2>/dev/null && [ "$patient_tries" -lt 300 ]; do
    patient_tries=$((patient_tries + 1))
    [ "$patient_tries" -lt 200 ] || kill -KILL "-$!" 2>/dev/null || :
    sleep 0.1
  done
  wait "$!" 2>/dev/null || :
  patient_runs=no
}

trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
