#!/bin/bash
#SBATCH --job-name=urrbench-shards
#SBATCH --array=1-8
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --exclusive
#SBATCH --time=00:30:00

# Eight load generators, one per array task, that begin together:
#
#   sbatch --export=ALL,START_AT=$(date -ud '+5 minutes' +%FT%TZ),WORKLOAD=workload.json \
#       scripts/examples/slurm-shards.sh
#
# and, when all have ended: urrbench merge results/shards/*.json
set -euo pipefail

: "${START_AT:?when the shards begin, such as 2026-11-21T18:00:00Z}"
: "${WORKLOAD:?the workload file}"

exec "${URRBENCH:-urrbench}" workload "$WORKLOAD" \
    --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --start-at "$START_AT" \
    --progress plain --results results/shards
