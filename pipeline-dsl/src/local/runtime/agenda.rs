use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What is to happen, by simulated time; of one moment, in the order in which it was planned.
#[derive(Debug)]
pub(super) struct Agenda<Task> {
    now: u64,
    planned: u64,
    tasks: BinaryHeap<Reverse<Planned<Task>>>,
}

#[derive(Debug)]
struct Planned<Task> {
    at: u64,
    number: u64,
    task: Task,
}

impl<Task> Agenda<Task> {
    pub(super) fn new() -> Self {
        Self {
            now: 0,
            planned: 0,
            tasks: BinaryHeap::new(),
        }
    }

    /// Seconds since the beginning.
    pub(super) fn now(&self) -> u64 {
        self.now
    }

    /// Plans something so many seconds from now.
    pub(super) fn after(&mut self, seconds: u64, task: Task) {
        self.at(self.now + seconds, task);
    }

    /// Plans something for a moment; what is past happens now.
    pub(super) fn at(&mut self, at: u64, task: Task) {
        self.planned += 1;
        self.tasks.push(Reverse(Planned {
            at: at.max(self.now),
            number: self.planned,
            task,
        }));
    }

    /// What happens next. Time passes until then.
    pub(super) fn next(&mut self) -> Option<Task> {
        let Reverse(planned) = self.tasks.pop()?;
        self.now = planned.at;
        Some(planned.task)
    }
}

impl<Task> PartialEq for Planned<Task> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl<Task> Eq for Planned<Task> {}

impl<Task> PartialOrd for Planned<Task> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<Task> Ord for Planned<Task> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}
