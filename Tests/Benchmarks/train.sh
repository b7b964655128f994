#!/bin/bash
# train.sh PROGRAM FOLDER: runs every pipeline of ours with a program that counts which way its branches go (see `make guided`).
#
# The sample data holds every kind of cell, but so few rows that starting the program would count for more than they do: so
# the rows are taken COPIES times, each time with other ids and addresses. The runs are small, and use PostgreSQL, too, where
# a server can be started: what is never run here is taken for seldom run, and compiled for size.
set -euo pipefail
program=$(realpath "$1")
folder=$(realpath -m "$2")
copies=${COPIES:-40}

cd "$(dirname "$0")/../.."
rm -rf "$folder"
mkdir -p "$folder"
cp -r pipelines sample-data "$folder"
cd "$folder"

# multiply SCRIPT FILE...: the rows of each file, COPIES times. SCRIPT is of sed; NNNN in it is the number of the copy, four
# digits. The check of an 18-character id counts capitals only, so digits of an id may be replaced.
multiply() {
  local script=$1 file copy
  shift
  for file; do
    head -n 1 "$file" > rows.part
    for copy in $(seq 1000 $((999 + copies))); do
      tail -n +2 "$file" | sed -E "${script//NNNN/$copy}"
    done >> rows.part
    mv rows.part "$file"
  done
}

# Records, which are linked to each other: all their ids, and what they are matched by, but not the users.
multiply 's/(001|003|00Q|006|017)5g0000/\15gNNNN/g; s/18([123])0000/18\1NNNN/g; s/\.example/-NNNN&/Ig' \
  sample-data/{,second-night/}hubspot/companies.csv sample-data/{,second-night/}salesforce/Account.csv \
  sample-data/hubspot/{contacts,deals,contacts.history}.csv \
  sample-data/salesforce/{Contact,Lead,Opportunity,ContactHistory,LeadHistory,OpportunityFieldHistory}.csv
# Activities, all of the same few people.
multiply 's/(00T|00U|02s)5g0000/\15gNNNN/g' sample-data/activities/salesforce/{Task,Event,EmailMessage,TaskRelation,EventRelation}.csv
multiply 's/^([0-9]+),/NNNN\1,/' sample-data/activities/hubspot/{calls,emails,meetings,notes,tasks}.csv
sed -i -E 's/^( *max_creates:) .*/\1 1000000/' pipelines/*.yaml

attempt() { "$program" "$@" > output.txt 2>&1 || { tail -n 5 output.txt >&2; exit 1; }; }

nights() {
  attempt run pipelines/companies.yaml --run night-1
  attempt run pipelines/companies-second-night.yaml --run night-2
  attempt run pipelines/nightly-resync.yaml --run nightly
  attempt run pipelines/import-salesforce-tasks.yaml --run import
  attempt run pipelines/sync-hubspot-activities.yaml --run activities
}

nights
attempt verify pipelines/companies-second-night.yaml
attempt report pipelines/nightly-resync.yaml

# The same with staging in PostgreSQL, in a server of its own, which refuses to be root.
skip() { echo "trained without PostgreSQL: $1" >&2; exit 0; }
programs=$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -n 1 || true)
[ -x "$programs/initdb" ] || skip "no server is installed"
# Not below TMPDIR: the path of a socket has a limit of about 100 bytes.
server=$(mktemp -d /tmp/resync-train-XXXXXX)
as_server=()
if [ "$(id -u)" = 0 ]; then
  chown postgres "$server"
  as_server=(runuser -u postgres --)
fi
control() { (cd / && "${as_server[@]}" "$programs/pg_ctl" -D "$server/data" -w -s "$@") > "$folder/server.txt" 2>&1; }
trap 'control -m immediate stop || true; rm -rf "$server"' EXIT
control initdb -o "-U resync -A trust -E UTF8 --no-sync" || skip "see $folder/server.txt"
control start -l "$server/log" -o "-k $server -c listen_addresses='' -c fsync=off" || skip "see $folder/server.txt"

rm -rf out .resync
for file in pipelines/*.yaml; do
  schema=$(sed -n 's/^name: *\([a-z-]*\).*/\1/p' "$file")
  sed -i "s|^  csv: ../.resync|  postgres: {url: 'postgresql://resync@/postgres?host=$server', schema: $schema}|" "$file"
done
nights
