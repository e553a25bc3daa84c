//! A cloud begins with what is kept in a directory, and goes on where the last process was ended.

use std::path::Path;

use super::local_cloud::LocalCloud;
use crate::local::s3::state::S3State;
use crate::local::state::State;
use crate::local::store::directory::Store;
use crate::local::store::error::StoreError;
use crate::local::store::holder::{Holder, Lock};

impl LocalCloud {
    /// A cloud whose state is kept in a directory, which nobody else has meanwhile.
    ///
    /// What an earlier process was doing when it ended is done first.
    ///
    /// # Errors
    /// When another process has the directory, it cannot be read or written, or holds something that is not such a state.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        Self::open_as(directory, &Holder::this_process("this program"), |_| false)
    }

    /// The same, telling others who has the directory. Where somebody has it already, `wait` is told who, and says
    /// whether to wait until they are done; it is asked again for each who has it next.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_as(
        directory: &Path,
        holder: &Holder,
        wait: impl FnMut(Option<&Holder>) -> bool,
    ) -> Result<Self, StoreError> {
        let lock = Lock::take(directory, holder, wait)?;
        let store = Store::at(directory, lock)?;
        let mut state = State {
            s3: S3State::beside(&store),
            ..State::default()
        };
        state.read(&store)?;
        state.shared.forget_deleted_stacks(&store);
        // What refers to them goes before templates do.
        store.kept().wait()?;
        state
            .shared
            .templates
            .retain_those_of(state.shared.stacks.values());
        state.s3().collect_contents()?;
        state.shared.store = Some(store);
        let cloud = Self::with(state);
        cloud.settle()?;
        Ok(cloud)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::LocalCloud;
    use crate::local::Answer;
    use crate::local::stacks::stack::Stack;
    use crate::local::stacks::status::StackStatus;

    fn ask(cloud: &LocalCloud, service: &str, method: &str, path: &str, body: &str) -> Answer {
        let credential = format!("Credential=111111111111/20260101/us-east-1/{service}/aws4_request");
        let headers = [("authorization", credential.as_str())];
        cloud.answer(
            method,
            &format!("http://localhost{path}"),
            headers,
            body.as_bytes(),
        )
    }

    fn call(cloud: &LocalCloud, action: &str, more: &str) -> Answer {
        ask(
            cloud,
            "cloudformation",
            "POST",
            "/",
            &format!("Action={action}&StackName=stack&{more}"),
        )
    }

    fn text(answer: &Answer) -> String {
        String::from_utf8_lossy(&answer.body).into_owned()
    }

    fn status(cloud: &LocalCloud) -> String {
        let answer = text(&call(cloud, "DescribeStacks", ""));
        let status = answer.split("<StackStatus>").nth(1).unwrap_or_default();
        status.split('<').next().unwrap_or_default().to_owned()
    }

    /// What is done in the test below, one after the other.
    fn history(step: usize, cloud: &LocalCloud) -> Option<Answer> {
        let template = json!({"Resources": {
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}},
        }});
        let change = format!("ChangeSetName=change&ChangeSetType=CREATE&TemplateBody={template}");
        Some(match step {
            0 => ask(cloud, "s3", "PUT", "/bucket", ""),
            1 => ask(cloud, "s3", "PUT", "/bucket/key", "one"),
            2 => ask(cloud, "s3", "PUT", "/bucket/key", "two"),
            3 => call(cloud, "CreateChangeSet", &change),
            4 => call(cloud, "ExecuteChangeSet", "ChangeSetName=change"),
            5..=7 => call(cloud, "DescribeStacks", ""),
            8 => ask(cloud, "s3", "DELETE", "/bucket/key", ""),
            9 => call(cloud, "DeleteStack", ""),
            _ => return None,
        })
    }

    /// What can be seen of the cloud when as many steps were taken.
    fn check(cloud: &LocalCloud, taken: usize) {
        let object = ask(cloud, "s3", "GET", "/bucket/key", "");
        let expected: (u16, &[u8]) = match taken {
            2 => (200, b"one"),
            3..=8 => (200, b"two"),
            _ => (404, b""),
        };
        assert_eq!(
            object.status,
            expected.0,
            "after {taken} steps: {}",
            text(&object)
        );
        if object.status == 200 {
            assert_eq!(object.body, expected.1, "after {taken} steps");
        }
        let status = status(cloud);
        match taken {
            4 => assert_eq!(status, "REVIEW_IN_PROGRESS"),
            5..=9 => assert_eq!(status, "CREATE_COMPLETE", "after {taken} steps"),
            _ => assert_eq!(status, "", "after {taken} steps"),
        }
    }

    /// The disk is full after so many writes: what was acknowledged is there after the process ended, what was refused is not,
    /// neither at once nor afterwards, and the rest can be done.
    #[test]
    fn wherever_it_stops_what_was_acknowledged_is_there_and_what_was_refused_is_not() {
        let mut refusals = 0;
        for room in 0..14 {
            let place = tempfile::tempdir().unwrap();
            let cloud = LocalCloud::open(place.path()).unwrap();
            cloud.lock().shared.store.as_ref().unwrap().writer.limit(room);
            let mut taken = 0;
            while let Some(answer) = history(taken, &cloud) {
                if answer.status >= 300 {
                    refusals += 1;
                    let refused = text(&answer);
                    assert!(
                        refused.contains("LocalStateUnusable"),
                        "step {taken} of room {room}: {refused}"
                    );
                    break;
                }
                taken += 1;
            }
            if taken < 5 {
                check(&cloud, taken);
            }
            drop(cloud);
            let cloud = LocalCloud::open(place.path()).unwrap();
            check(&cloud, taken);
            while let Some(answer) = history(taken, &cloud) {
                assert!(
                    answer.status < 300,
                    "step {taken} of room {room}: {}",
                    text(&answer)
                );
                taken += 1;
            }
            while !status(&cloud).is_empty() {}
            check(&cloud, taken);
        }
        assert!(refusals > 8, "{refusals}");
    }

    /// Calls of many threads are kept together, and refused together where the disk is full.
    #[test]
    fn of_many_calls_at_once_each_is_there_or_refused() {
        const CALLERS: usize = 8;
        const CALLS: usize = 12;
        let mut refusals = 0;
        for room in [5, 30, 60, 90] {
            let place = tempfile::tempdir().unwrap();
            let cloud = LocalCloud::open(place.path()).unwrap();
            assert_eq!(ask(&cloud, "s3", "PUT", "/bucket", "").status, 200);
            cloud.lock().shared.store.as_ref().unwrap().writer.limit(room);
            let taken: Vec<(String, bool)> = std::thread::scope(|scope| {
                let caller = |caller: usize| {
                    let cloud = &cloud;
                    scope.spawn(move || {
                        let calls = (0..CALLS).map(|call| format!("/bucket/{caller}-{call}"));
                        let put = |key: String| {
                            let taken = ask(cloud, "s3", "PUT", &key, &key).status == 200;
                            (key, taken)
                        };
                        calls.map(put).collect::<Vec<_>>()
                    })
                };
                let callers: Vec<_> = (0..CALLERS).map(caller).collect();
                let taken = callers.into_iter().map(|caller| caller.join().unwrap());
                taken.flatten().collect()
            });
            cloud.lock().shared.store.as_ref().unwrap().writer.limit(u32::MAX);
            let check = |cloud: &LocalCloud| {
                for (key, taken) in &taken {
                    let expected = if *taken { 200 } else { 404 };
                    assert_eq!(
                        ask(cloud, "s3", "GET", key, "").status,
                        expected,
                        "{key}, room {room}"
                    );
                }
            };
            check(&cloud);
            drop(cloud);
            check(&LocalCloud::open(place.path()).unwrap());
            refusals += taken.iter().filter(|(_, taken)| !taken).count();
        }
        assert!(refusals > 0 && refusals < 4 * CALLERS * CALLS, "{refusals}");
    }

    #[test]
    fn what_nobody_works_at_is_settled() {
        let cloud = LocalCloud::in_memory();
        let template =
            "TemplateBody=%7B%22Resources%22:%7B%22Q%22:%7B%22Type%22:%22AWS::SQS::Queue%22%7D%7D%7D";
        let change = format!("ChangeSetName=change&ChangeSetType=CREATE&{template}");
        assert_eq!(call(&cloud, "CreateChangeSet", &change).status, 200);
        let mut stack: Stack = cloud.lock().shared.stacks.values().next().unwrap().clone();
        for (left, settled) in [
            (StackStatus::CreateInProgress, StackStatus::CreateFailed),
            (StackStatus::DeleteInProgress, StackStatus::DeleteFailed),
            (
                StackStatus::UpdateRollbackInProgress,
                StackStatus::UpdateRollbackFailed,
            ),
            (StackStatus::ReviewInProgress, StackStatus::ReviewInProgress),
            (StackStatus::CreateComplete, StackStatus::CreateComplete),
        ] {
            stack.status = left;
            stack.settle_what_nobody_works_at(stack.latest());
            assert_eq!(stack.status, settled);
        }
    }
}
