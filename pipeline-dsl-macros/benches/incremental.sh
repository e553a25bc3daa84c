#!/usr/bin/env bash
# What `team!` adds to the incremental build of a program, beside the same team written by hand, side by side in one run:
#
#   pipeline-dsl-macros/benches/incremental.sh [developers] [services] [rounds]
#
# Each round touches both programs and builds them, one after the other; the medians are printed. `included` reads the
# developers from a TOML file.
set -euo pipefail
developers=${1:-200}
services=${2:-20}
rounds=${3:-9}
root=$(cd "$(dirname "$0")/../.." && pwd)
work="$root/target/incremental"
mkdir -p "$work"

# The flow is the same for all: a pipeline for each service.
flow() { # prefix of a service, prefix of the wave
  for ((n = 0; n < services; n++)); do
    echo "    let (pipeline, bundle) = Pipeline::from_artifact($1service_$n, Artifact::key(\"service-$n.zip\"));"
    echo "    let service_${n}_pipeline = pipeline.stack(Stack::named(\"service-$n\").template(bundle.file(\"t.yaml\")))"
    echo "        .permissions(Permissions::new().allow([\"sns:CreateTopic\"], [\"*\"])).release($2wave);"
  done
}
pipelines() {
  for ((n = 0; n < services; n++)); do echo "        .with(service_${n}_pipeline)"; done
}
account() { printf '%012d' $((500000000000 + $1)); }

by_macro() { # the lines that declare developers
  echo 'use pipeline_dsl::prelude::*;'
  echo 'team! { mod acme {'
  echo '    build = "111111111111" in us-east-1;'
  echo '    environment dev = "222222222222" in us-east-1;'
  echo '    wave wave = [dev];'
  for ((n = 0; n < services; n++)); do echo "    service service_$n;"; done
  "$1"
  echo '} }'
  echo 'fn main() {'
  flow acme:: acme::
  echo '    let team = acme::TEAM'
  pipelines
  echo '        .build();'
  echo '    assert!(team.is_ok());'
  echo '}'
}
written() {
  for ((n = 0; n < developers; n++)); do
    echo "    developer dev_$n = \"$(account $n)\" in us-east-1 { hold service_$((n % services)); }"
  done
}
listed() { echo '    developers = include "developers.toml";'; }
list() {
  for ((n = 0; n < developers; n++)); do
    printf '[dev-%d]\naccount = "%s"\nregion = "us-east-1"\nhold = ["service-%d"]\n\n' $n "$(account $n)" $((n % services))
  done
}

by_hand() {
  echo 'use pipeline_dsl::prelude::*;'
  echo 'const dev: Environment<Standard> = Environment::standard(Name::new("dev"), AccountId::new("222222222222"), Region::UsEast1);'
  for ((n = 0; n < services; n++)); do
    echo "enum Service$n {}"
    echo "const service_$n: Service<Service$n> = Service::declared(Name::new(\"service-$n\"));"
  done
  for ((n = 0; n < developers; n++)); do
    echo "const dev_$n: Developer = Developer::declared(Name::new(\"dev-$n\"), AccountId::new(\"$(account $n)\"), Region::UsEast1, &[], &[service_$((n % services)).any()]);"
  done
  echo 'const BUILD: BuildAccount = BuildAccount::new(AccountId::new("111111111111"), Region::UsEast1);'
  echo 'fn main() {'
  echo '    let wave = Wave::named(name!("wave")).to(dev);'
  flow '' '' | sed 's/release(wave)/release(wave.clone())/'
  echo '    let world = World::new(TeamName::new("acme"), BUILD).environment(dev).wave(wave);'
  for ((n = 0; n < services; n++)); do echo "    let world = world.service(service_$n);"; done
  for ((n = 0; n < developers; n++)); do echo "    let world = world.developer(dev_$n);"; done
  echo '    let team = world'
  pipelines
  echo '        .build();'
  echo '    assert!(team.is_ok());'
  echo '}'
}

make() { # name, then what writes the program
  mkdir -p "$work/$1/src"
  cat >"$work/$1/Cargo.toml" <<TOML
[package]
name = "$1"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
pipeline-dsl = { path = "$root/pipeline-dsl", default-features = false }
TOML
  { echo '#![allow(non_upper_case_globals, dead_code)]'; "${@:2}"; } >"$work/$1/src/main.rs"
}
make by-macro by_macro written
make included by_macro listed
make by-hand by_hand
list >"$work/included/developers.toml"

export CARGO_TARGET_DIR="$work/target" CARGO_TERM_QUIET=true
programs=(by-hand by-macro included)
for name in "${programs[@]}"; do
  (cd "$work/$name" && cargo build && cargo check && cargo run)
  : >"$work/$name.build"
  : >"$work/$name.check"
done
for ((round = 0; round < rounds; round++)); do
  for command in build check; do
    for name in "${programs[@]}"; do
      echo "// round $round, $command" >>"$work/$name/src/main.rs"
      start=$(date +%s%N)
      (cd "$work/$name" && cargo $command)
      echo $((($(date +%s%N) - start) / 1000000)) >>"$work/$name.$command"
    done
  done
done
median() { sort -n "$1" | sed -n "$(((rounds + 1) / 2))p"; }
echo "$developers developers, $services services, median of $rounds rounds:"
for command in build check; do
  for name in "${programs[@]}"; do
    printf '  cargo %s  %-9s %6s ms\n' "$command" "$name" "$(median "$work/$name.$command")"
  done
done
