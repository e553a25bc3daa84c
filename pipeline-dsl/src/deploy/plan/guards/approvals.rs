//! Who is asked before a pipeline deploys. What is compared are the places that it deploys to: an environment that moves to a stage
//! that does not ask, and a stage that has another name, lose their approval too.

use serde_json::{Map, Value};

use super::GuardChange;

/// For so long CodePipeline waits where nothing is said.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html>
const DEFAULT_TIMEOUT: u64 = 7 * 24 * 60;

#[derive(Debug)]
struct Stage<'a> {
    name: &'a str,
    questions: Vec<Question>,
    places: Vec<Place<'a>>,
    /// What else it says: conditions, for one.
    rest: Map<String, Value>,
}

#[derive(Debug)]
struct Question {
    run_order: u64,
    timeout: u64,
}

/// A stack of a service somewhere.
#[derive(Debug)]
struct Place<'a> {
    /// The environment.
    label: &'a str,
    /// Whose role deploys it, in which region, and what it is called there.
    target: (Option<&'a str>, Option<&'a str>, &'a str),
    is_asked_for: bool,
}

impl Place<'_> {
    /// Whether it is the same under another name, or has moved.
    fn is_same(&self, other: &Self) -> bool {
        self.label == other.label || self.target == other.target
    }
}

pub(super) fn between(before: &Value, after: &Value) -> Vec<GuardChange> {
    let (Some(earlier), Some(later)) = (stages(before), stages(after)) else {
        let differs = before.get("Stages") != after.get("Stages");
        let property = "Stages".to_owned();
        return differs
            .then_some(GuardChange::Unread { property })
            .into_iter()
            .collect();
    };
    let named = |stages: &'_ [Stage<'_>], name: &str| stages.iter().position(|stage| stage.name == name);
    let mut changes = Vec::new();
    for stage in &later {
        let namesake = named(&earlier, stage.name).and_then(|position| earlier.get(position));
        changes.extend(of_places(&earlier, namesake, stage));
        changes.extend(of_questions(&earlier, namesake, stage));
        if stage.only_asks() && namesake.is_none_or(|namesake| namesake.questions.is_empty()) {
            changes.push(GuardChange::ApprovalAdded {
                stage: stage.name.to_owned(),
                places: Vec::new(),
            });
        }
    }
    for stage in earlier.iter().filter(|stage| stage.only_asks()) {
        let namesake = named(&later, stage.name).and_then(|position| later.get(position));
        if namesake.is_none_or(|namesake| namesake.questions.is_empty()) {
            changes.push(GuardChange::ApprovalRemoved {
                stage: stage.name.to_owned(),
                places: Vec::new(),
            });
        }
    }
    changes
}

/// The places of a stage before which somebody is asked that was not, and the other way round. What is new has lost nothing.
fn of_places(earlier: &[Stage<'_>], namesake: Option<&Stage<'_>>, stage: &Stage<'_>) -> Vec<GuardChange> {
    let asked_as_a_whole = namesake.is_some_and(|namesake| !namesake.questions.is_empty());
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for place in &stage.places {
        let same = earlier.iter().flat_map(|stage| &stage.places);
        let same: Vec<&Place<'_>> = same.filter(|other| other.is_same(place)).collect();
        let was_asked_for = same.iter().any(|other| other.is_asked_for);
        let list = if !place.is_asked_for && (was_asked_for || asked_as_a_whole) {
            &mut removed
        } else if place.is_asked_for && !was_asked_for && !same.is_empty() {
            &mut added
        } else {
            continue;
        };
        let label = place.label.to_owned();
        if !list.contains(&label) {
            list.push(label);
        }
    }
    let stage = stage.name.to_owned();
    let (removed, added) = (
        (!removed.is_empty()).then(|| GuardChange::ApprovalRemoved {
            stage: stage.clone(),
            places: removed,
        }),
        (!added.is_empty()).then(|| GuardChange::ApprovalAdded {
            stage: stage.clone(),
            places: added,
        }),
    );
    removed.into_iter().chain(added).collect()
}

/// How the question of a stage changes that asks before and after.
fn of_questions(earlier: &[Stage<'_>], namesake: Option<&Stage<'_>>, stage: &Stage<'_>) -> Vec<GuardChange> {
    let asks = |stage: &&Stage<'_>| !stage.questions.is_empty();
    // Under another name, it deploys to what the other has deployed to.
    let same_places = |other: &&Stage<'_>| {
        let mut places = other.places.iter();
        places.any(|other| stage.places.iter().any(|place| place.is_same(other)))
    };
    let counterpart = namesake
        .filter(asks)
        .or_else(|| earlier.iter().filter(asks).find(same_places));
    let Some(counterpart) = counterpart.filter(|_| asks(&stage)) else {
        return Vec::new();
    };
    let mut changes = Vec::new();
    if counterpart.questions.len() != stage.questions.len() || counterpart.rest != stage.rest {
        changes.push(GuardChange::ApprovalConditions {
            stage: stage.name.to_owned(),
        });
    }
    for (before, after) in counterpart.questions.iter().zip(&stage.questions) {
        if before.timeout != after.timeout {
            changes.push(GuardChange::ApprovalTimeout {
                stage: stage.name.to_owned(),
                before: before.timeout,
                after: after.timeout,
            });
        }
    }
    changes
}

impl Stage<'_> {
    fn only_asks(&self) -> bool {
        self.places.is_empty() && !self.questions.is_empty()
    }
}

/// None, where they cannot be read whole.
fn stages(properties: &Value) -> Option<Vec<Stage<'_>>> {
    properties.get("Stages")?.as_array()?.iter().map(stage).collect()
}

fn stage(stage: &Value) -> Option<Stage<'_>> {
    let mut rest = stage.as_object()?.clone();
    rest.retain(|name, _| !["Name", "Actions"].contains(&name.as_str()));
    let (mut questions, mut places) = (Vec::new(), Vec::new());
    for action in stage.get("Actions")?.as_array()? {
        let at = |pointer: &str| action.pointer(pointer);
        let number = |pointer: &str, default| at(pointer).map_or(Some(default), Value::as_u64);
        let run_order = number("/RunOrder", 1)?;
        match at("/ActionTypeId/Category")?.as_str()? {
            "Approval" => questions.push(Question {
                run_order,
                timeout: number("/TimeoutInMinutes", DEFAULT_TIMEOUT)?,
            }),
            "Deploy" => places.extend(place(action)?.into_iter().map(|place| (run_order, place))),
            // Whatever else it is, it deploys nothing by itself.
            _ => {}
        }
    }
    let places = places.into_iter().map(|(run_order, place)| Place {
        is_asked_for: questions.iter().any(|question| question.run_order < run_order),
        ..place
    });
    Some(Stage {
        name: stage.get("Name")?.as_str()?,
        places: places.collect(),
        questions,
        rest,
    })
}

/// What an action deploys to; nothing, where it only prepares, or puts files into a bucket.
fn place(action: &Value) -> Option<Vec<Place<'_>>> {
    let at = |pointer: &str| action.pointer(pointer).and_then(Value::as_str);
    let name = at("/Name")?;
    if at("/ActionTypeId/Provider")? != "CloudFormation"
        || at("/Configuration/ActionMode")? == "CHANGE_SET_REPLACE"
    {
        return Some(Vec::new());
    }
    let stack = at("/Configuration/StackName")?;
    let label = name.strip_suffix("-execute").unwrap_or(name);
    let label = label.strip_suffix(stack).unwrap_or(label).trim_end_matches('-');
    let account = at("/RoleArn").and_then(|arn| arn.split(':').nth(4));
    Some(vec![Place {
        label,
        target: (account, at("/Region"), stack),
        is_asked_for: false,
    }])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn deployment(label: &str, account: &str, run_order: u64) -> Value {
        json!({
            "Name": format!("{label}-orders-execute"), "RunOrder": run_order, "Region": "us-east-1",
            "ActionTypeId": {"Category": "Deploy", "Provider": "CloudFormation"},
            "RoleArn": format!("arn:aws:iam::{account}:role/r"),
            "Configuration": {"ActionMode": "CHANGE_SET_EXECUTE", "StackName": "orders"},
        })
    }

    fn question(run_order: u64) -> Value {
        json!({"Name": "approval", "RunOrder": run_order, "ActionTypeId": {"Category": "Approval"}})
    }

    /// By their names, with their actions.
    type Stages<'a> = &'a [(&'a str, &'a [Value])];

    fn pipeline(stages: Stages<'_>) -> Value {
        let stages = stages
            .iter()
            .map(|(name, actions)| json!({"Name": name, "Actions": actions}));
        json!({"Stages": stages.collect::<Vec<Value>>()})
    }

    fn removed(stage: &str, places: &[&str]) -> GuardChange {
        GuardChange::ApprovalRemoved {
            stage: stage.to_owned(),
            places: places.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn a_place_keeps_its_approval_or_is_told_whatever_it_is_called() {
        let prod = |run_order| deployment("prod", "2", run_order);
        let before = pipeline(&[
            ("test", &[deployment("qa", "1", 1)]),
            ("release", &[question(2), prod(3)]),
        ]);
        let cases: [(Stages<'_>, Vec<GuardChange>); 8] = [
            (&[("release", &[prod(1)])], vec![removed("release", &["prod"])]),
            (&[("go", &[prod(1)])], vec![removed("go", &["prod"])]),
            (
                &[("test", &[deployment("qa", "1", 1), prod(1)])],
                vec![removed("test", &["prod"])],
            ),
            // The account by another name, the name in another account, and another place in the same stage.
            (
                &[("go", &[deployment("live", "2", 1)])],
                vec![removed("go", &["live"])],
            ),
            (
                &[("go", &[deployment("prod", "3", 1)])],
                vec![removed("go", &["prod"])],
            ),
            (
                &[("release", &[deployment("eu", "3", 1)])],
                vec![removed("release", &["eu"])],
            ),
            // Asked too late is not asked.
            (
                &[("release", &[question(2), prod(2)])],
                vec![removed("release", &["prod"])],
            ),
            (&[("go", &[question(2), prod(3)])], Vec::new()),
        ];
        for (after, expected) in cases {
            assert_eq!(between(&before, &pipeline(after)), expected, "{after:?}");
        }
    }

    #[test]
    fn a_question_comes_waits_and_is_asked_otherwise() {
        let place = deployment("prod", "2", 3);
        let of = |actions: &[Value]| pipeline(&[("release", actions)]);
        let asks = of(&[question(2), place.clone()]);
        let added = GuardChange::ApprovalAdded {
            stage: "release".to_owned(),
            places: vec!["prod".to_owned()],
        };
        assert_eq!(between(&of(std::slice::from_ref(&place)), &asks), [added]);
        let mut hasty = question(2);
        hasty["TimeoutInMinutes"] = json!(60);
        let timeout = GuardChange::ApprovalTimeout {
            stage: "release".to_owned(),
            before: 10_080,
            after: 60,
        };
        assert_eq!(between(&asks, &of(&[hasty, place])), [timeout]);
        let mut skipped = asks.clone();
        skipped["Stages"][0]["BeforeEntry"] = json!({"Conditions": []});
        let conditions = GuardChange::ApprovalConditions {
            stage: "release".to_owned(),
        };
        assert_eq!(between(&asks, &skipped), [conditions]);
    }

    #[test]
    fn a_stage_that_only_asks_is_told_when_it_goes() {
        let asks = pipeline(&[("Approve", &[question(1)])]);
        assert_eq!(between(&asks, &pipeline(&[])), [removed("Approve", &[])]);
        assert_eq!(between(&asks, &asks), []);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let asks = pipeline(&[("Approve", &[question(1)])]);
        let unread = GuardChange::Unread {
            property: "Stages".to_owned(),
        };
        for other in [
            json!({"Stages": {"Fn::If": []}}),
            json!({"Stages": [{"Name": "Approve", "Actions": [{"Fn::If": []}]}]}),
        ] {
            assert_eq!(between(&asks, &other), std::slice::from_ref(&unread));
            assert_eq!(between(&other, &other), []);
        }
    }
}
