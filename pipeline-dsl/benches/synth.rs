//! What synth costs, beside what serializing and writing the same bytes costs.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use pipeline_dsl::proof::prove;
use pipeline_dsl::synth::{Assembly, synth};
use serde_json::Value;

#[path = "../../examples/fleet.rs"]
#[allow(dead_code, reason = "an example, whose `main` is not called")]
mod fleet;

/// Writes documents that are there already: the least that any synth has to do.
fn serialize_and_write(manifest: &Value, templates: &[(String, Value)], directory: &Path) {
    for (digest, template) in templates {
        fs::write(
            directory.join(format!("{digest}.json")),
            serde_json::to_vec_pretty(template).unwrap(),
        )
        .unwrap();
    }
    fs::write(
        directory.join("manifest.json"),
        serde_json::to_vec_pretty(manifest).unwrap(),
    )
    .unwrap();
}

fn documents(assembly: &Assembly) -> (Value, Vec<(String, Value)>) {
    let templates = assembly.templates().iter();
    let templates = templates.map(|(digest, text)| (digest.to_string(), serde_json::from_str(text).unwrap()));
    (
        serde_json::from_str(&assembly.manifest()).unwrap(),
        templates.collect(),
    )
}

/// Developers and services.
const SIZES: [(usize, usize); 5] = [(10, 3), (50, 5), (3, 40), (50, 100), (10_000, 5)];

fn benchmark(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fleet");
    group.sample_size(10);
    for (developers, services) in SIZES {
        let size = format!("{developers}x{services}");
        let team = fleet::fleet(developers, services).unwrap();
        let assembly = synth(&team).unwrap();
        let (manifest, templates) = documents(&assembly);
        let directory = std::env::temp_dir().join(format!("pipeline-dsl-bench-{}", std::process::id()));
        group.bench_with_input(
            BenchmarkId::new("synth, prove and write", &size),
            &team,
            |bencher, team| {
                bencher.iter(|| {
                    // As for the first time: what is there already is not written again.
                    let _ = fs::remove_dir_all(&directory);
                    let assembly = synth(black_box(team)).unwrap();
                    assert!(prove(team, &assembly).unwrap().holds());
                    assembly.write(&directory).unwrap();
                });
            },
        );
        group.bench_function(BenchmarkId::new("serialize and write", &size), |bencher| {
            bencher.iter(|| {
                let _ = fs::remove_dir_all(&directory);
                fs::create_dir_all(&directory).unwrap();
                serialize_and_write(black_box(&manifest), &templates, &directory);
            });
        });
        group.bench_function(BenchmarkId::new("prove", &size), |bencher| {
            bencher.iter(|| prove(black_box(&team), &assembly).unwrap());
        });
        let _ = fs::remove_dir_all(&directory);
    }
    group.finish();
}

criterion_group!(benches, benchmark);
criterion_main!(benches);
