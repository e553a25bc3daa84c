//! Several processes use one directory in any order, and some are killed: in the end all is as if they had come one after the
//! other. A seed chooses; `PROCESS_SCHEDULES=100` plays as many, `PROCESS_SCHEDULE=4711` one again.

use std::time::Duration;

use pipeline_dsl::local::{LocalCloud, StackView};

use crate::local_abuse::{ended, process};

const COMMANDS: &[&[&str]] = &[
    &[],
    &["deploy", "--local"],
    &["deploy", "--local", "--only", "alice"],
    &["plan", "--local"],
    &["status", "--local"],
    &["rehearse", "orders", "--without-python"],
    &["sync", "alice", "--local"],
    &["redrive", "--local"],
    &["synth"],
    &["destroy", "--local", "--yes"],
];

/// Numbers that a seed chooses.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn play(seed: u64) {
    let place = tempfile::tempdir().unwrap();
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut running = Vec::new();
    for _ in 0..6 {
        let command = COMMANDS[usize::try_from(chance.below(COMMANDS.len() as u64)).unwrap()];
        running.push((command, process(place.path(), command)));
        std::thread::sleep(Duration::from_millis(chance.below(300)));
        if chance.below(3) == 0 {
            let victim = usize::try_from(chance.below(running.len() as u64)).unwrap();
            let (_, mut victim) = running.swap_remove(victim);
            victim.kill().unwrap();
            victim.wait().unwrap();
        }
    }
    for (command, process) in running {
        let (_, said) = ended(process);
        let bad = [
            "panicked",
            "is not of the local cloud",
            "already exists in stack",
            "could not use `",
        ];
        assert!(
            !bad.iter().any(|bad| said.contains(bad)),
            "PROCESS_SCHEDULE={seed}: {command:?}: {said}"
        );
    }
    let (success, said) = ended(process(place.path(), &["deploy", "--local"]));
    assert!(success, "PROCESS_SCHEDULE={seed}: {said}");
    let (success, said) = ended(process(place.path(), &["plan", "--local"]));
    assert!(success, "PROCESS_SCHEDULE={seed}: {said}");
    let cloud = LocalCloud::open(&place.path().join("local")).unwrap();
    // A release that waits for its approval has prepared what it would create.
    let waits = |stack: &StackView| {
        stack.status == "REVIEW_IN_PROGRESS"
            && !stack.name.starts_with("acme-")
            && stack.account == "444444444444"
    };
    let unsettled: Vec<StackView> = cloud
        .stacks()
        .into_iter()
        .filter(|stack| !stack.status.ends_with("_COMPLETE") && !waits(stack))
        .collect();
    assert!(unsettled.is_empty(), "PROCESS_SCHEDULE={seed}: {unsettled:?}");
}

#[test]
fn several_processes_in_one_directory_end_as_one_after_the_other() {
    if let Ok(seed) = std::env::var("PROCESS_SCHEDULE") {
        return play(seed.parse().unwrap());
    }
    let schedules = std::env::var("PROCESS_SCHEDULES").map_or(3, |count| count.parse().unwrap());
    (1..=schedules).for_each(play);
}
