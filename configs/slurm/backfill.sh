#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One part of a backfill, as a task of a Slurm array: how many tasks there are is said below or by sbatch --array, and
# nowhere else. Knows of exit codes only whether trying again may help.
#   sbatch configs/slurm/backfill.sh JOB FROM TO [STEP]
#SBATCH --job-name=erp2mysql-backfill
#SBATCH --array=0-11
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%A_%a.log
set -u

for wait in 0 60 120 300; do
  sleep "$wait"
  code=0
  erp2mysql backfill "$1" --from "$2" --to "$3" --step "${4:-1d}" --shard auto || code=$?
  case $code in
    75 | 137) ;;  # temporary; killed, for want of memory say
    11) ;;        # a `run` of the job is at it, or the one before this that did not end yet
    *) break ;;
  esac
done
[ "$code" != 3 ] || code=0  # done, rows wait in quarantine
exit "$code"
