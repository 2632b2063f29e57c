#!/usr/bin/env bash
# Runs tonnage for a pull request and passes on what it prints: to the one comment that carries its marker, to the summary of
# the job, to the outputs of the step. Decides nothing about a plan.
set -euo pipefail

run=${1:?diff, plan or apply}
folder=${FLEET_FOLDER:-.}
folder=${folder%/}
read -r -d '' -a more <<<"${FLEET_ARGUMENTS:-}" || true
out=$(mktemp -d "${RUNNER_TEMP:-/tmp}/tonnage.XXXXXX")

# What clouds and authors say is no command of the workflow, though it were written like one.
tonnage() {
  local code=0 token
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  [ -z "${GITHUB_ACTIONS:-}" ] || echo "::stop-commands::$token" >&2
  command tonnage -chdir="$folder" "$@" || code=$?
  [ -z "${GITHUB_ACTIONS:-}" ] || echo "::$token::" >&2
  return "$code"
}
# A plan that could not be made, also where the program was killed, is no plan.
made() {
  case $1 in 0 | 2 | 3 | 4 | 7) ;; *) exit "$1" ;; esac
}
output() { printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT:-/dev/null}"; }
summary() { cat "$1" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"; }

# Anybody may comment; only what this action wrote counts (another account: FLEET_COMMENTER). Of each its
# id, when it was last written, and its first line.
comments() {
  gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$FLEET_PULL_REQUEST/comments" \
    --jq '.[] | "\(.id)\t\(.user.login)\t\(.updated_at)\t\(.body | split("\n")[0])"' |
    awk -F '\t' -v who="${FLEET_COMMENTER:-github-actions[bot]}" '$2 == who { print $1 "\t" $3 "\t" $4 }'
}

# The first line of what is commented is a marker; up to ` digest=` it is the same for every plan of the fleet.
marker() { sed -n '1s/ digest=.*//; 1s/ commit=.*//; 1p' "$1"; }

# The id of the comment that begins with a marker and is of this folder; nothing where there is none.
found() {
  comments | awk -F '\t' -v marker="$1 " -v here=" folder=$folder -->" \
    'index($3, marker) == 1 && index($3, here) && !id { id = $1 } END { print id }'
}

# Writes the one comment of this marker and folder, or writes over it. Where that is not allowed, as from a fork, the summary
# has it.
comment() {
  [ -n "${FLEET_PULL_REQUEST:-}" ] || return 0
  local id
  sed -i "1s| -->\$| commit=$(commit) folder=$folder -->|" "$1"
  id=$(found "$(marker "$1")")
  if [ -n "$id" ]; then
    gh api --silent -X PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F "body=@$1"
  else
    gh api --silent -X POST "repos/$GITHUB_REPOSITORY/issues/$FLEET_PULL_REQUEST/comments" -F "body=@$1"
  fi || echo "::warning::the comment could not be written; the summary of this job has it"
}

# The commit whose files are here.
commit() { git -C "$folder" rev-parse HEAD; }

# Says on the plan's comment that it is of another commit than the one that was pushed.
outdate() {
  [ -n "${FLEET_PULL_REQUEST:-}" ] || return 0
  comments | awk -F '\t' -v here=" folder=$folder -->" -v now=" commit=$(commit) " \
    '$3 ~ /^<!-- tonnage fleet=/ && index($3, here) && !index($3, now) { print $1 }' | while read -r id; do
    gh api "repos/$GITHUB_REPOSITORY/issues/comments/$id" --jq .body >"$out/old.md"
    grep -q '^> \*\*Not of the newest commit' "$out/old.md" && continue
    sed '1a\
> **Not of the newest commit.** This plan is of the files as they were before; it is not applied: plan again.\
' "$out/old.md" >"$out/outdated.md"
    gh api --silent -X PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F "body=@$out/outdated.md" ||
      echo "::warning::the plan's comment could not be marked as outdated"
  done
}

base=${FLEET_BASE:-origin/${FLEET_BASE_BRANCH:-main}...}

# Since when what was approved, or merged where nobody has to approve, may not change; nothing where it is not known.
reviewed() {
  gh api --paginate "repos/$GITHUB_REPOSITORY/pulls/$FLEET_PULL_REQUEST/reviews" \
    --jq '.[] | select(.state == "APPROVED") | .submitted_at' | sort | tail -n 1 | grep . ||
    gh api "repos/$GITHUB_REPOSITORY/pulls/$FLEET_PULL_REQUEST" --jq '.merged_at // empty'
}

case $run in
diff)
  code=0
  tonnage diff "$base" -md -detailed-exitcode "${more[@]}" >"$out/diff.md" || code=$?
  output code "$code"
  made "$code"
  summary "$out/diff.md"
  comment "$out/diff.md"
  outdate
  ;;
plan)
  code=0
  # what the files' own changes call for is known where the base is here
  since=()
  if tonnage diff "$base" -json >/dev/null 2>&1; then since=(-base "$base"); fi
  tonnage plan "${since[@]}" -detailed-exitcode -out="$out/fleet.tfplan" -md="$out/plan.md" -summary="$out/summary.md" \
    -html="$out/plan.html" -sarif="$out/plan.sarif" "${more[@]}" || code=$?
  output code "$code"
  made "$code"
  digest=$(sed -n '1s/.*digest=\(sha256:[0-9a-f]*\).*/\1/p' "$out/plan.md")
  output digest "$digest"
  output changes "$([ "$code" -eq 0 ] && echo false || echo true)"
  output artifact "tonnage-${digest:7:16}"
  output files "$out"
  summary "$out/summary.md"
  cp "$out/plan.md" "$out/comment.md"
  comment "$out/comment.md"
  ;;
apply)
  if [ -z "${FLEET_PULL_REQUEST:-}" ]; then
    FLEET_PULL_REQUEST=$(gh api "repos/$GITHUB_REPOSITORY/commits/$GITHUB_SHA/pulls" --jq '.[0].number // empty')
  fi
  digest=${FLEET_DIGEST:-}
  if [ -z "$digest" ]; then
    [ -n "$FLEET_PULL_REQUEST" ] || { echo "no pull request belongs to $GITHUB_SHA: say which plan with \`digest\`" >&2; exit 1; }
    read -r written digest planned < <(comments | awk -F '\t' -v here=" folder=$folder -->" 'index($3, here) { print $2 " " $3 }' |
      sed -n 's/^\([^ ]*\) <!-- tonnage fleet=[^ ]* digest=\(sha256:[0-9a-f]*\) commit=\([0-9a-f]*\) .*/\1 \2 \3/p' | tail -n 1) || true
    [ -n "$digest" ] || { echo "pull request $FLEET_PULL_REQUEST shows no plan of $folder: nothing was reviewed, nothing is applied" >&2; exit 1; }
    merged=$(gh api "repos/$GITHUB_REPOSITORY/pulls/$FLEET_PULL_REQUEST" --jq .head.sha)
    [ "$planned" = "$merged" ] || { echo "the plan of $folder that pull request $FLEET_PULL_REQUEST shows is of commit ${planned:0:12}, and ${merged:0:12} was merged: what was merged after it was not reviewed, nothing is applied; plan the branch again and say which plan with \`digest\`, or plan in another pull request" >&2; exit 1; }
    reviewed=$(reviewed) || true
    [[ -z "$reviewed" || ! "$written" > "$reviewed" ]] || { echo "the plan of $folder that pull request $FLEET_PULL_REQUEST shows was written at $written, and the last approval was given at $reviewed: nobody approved it, nothing is applied; say which plan with \`digest\`, or plan in another pull request" >&2; exit 1; }
  fi
  name="tonnage-${digest:7:16}"
  from=$(gh api "repos/$GITHUB_REPOSITORY/actions/artifacts?name=$name" --jq '.artifacts[0].workflow_run.id // empty')
  [ -n "$from" ] || { echo "the plan $digest is not among the artifacts any more: plan again" >&2; exit 1; }
  gh run download "$from" --repo "$GITHUB_REPOSITORY" --name "$name" --dir "$out"
  code=0
  tonnage apply -auto-approve -digest="$digest" "${more[@]}" "$out/fleet.tfplan" 2>&1 | tee "$out/apply.txt" || code=${PIPESTATUS[0]}
  output code "$code"
  output digest "$digest"
  { printf '```text\n'; sed '/^::stop-commands::[0-9a-f]*$/d; /^::[0-9a-f]*::$/d; s/```/ʼʼʼ/g' "$out/apply.txt"; printf '```\n'; } >"$out/apply.md"
  summary "$out/apply.md"
  exit "$code"
  ;;
*)
  echo "run is diff, plan or apply, not $run" >&2
  exit 1
  ;;
esac
