//! `<team>-service-<service>`: the builds of a service and its pipeline, in the build account.

use indexmap::IndexMap;

use crate::cloudformation::{Stack, StackKey};
use crate::model::{AccountId, Region};
use crate::team::{Definition, Environment, Team, Wave};

use crate::constructs::build::Build;
use crate::constructs::code_build::project::{self, Builds};
use crate::constructs::names::{Names, Place};
use crate::constructs::pipeline;
use crate::constructs::pipeline::delivery::{AskedApproval, Delivery, DeployedValues, Deployment, Stage};
use crate::constructs::storage::artifact_store::ArtifactStore;
use crate::constructs::targets::roles::TargetRoles;
use crate::constructs::upload;

pub(crate) fn add(
    team: &Team,
    names: &Names,
    definition: &Definition,
    build: &Build,
    stores: &IndexMap<Region, ArtifactStore>,
    roles: &IndexMap<(AccountId, Region), TargetRoles>,
) -> Stack {
    let service = &definition.service.name;
    let mut stack = Stack::new(
        StackKey::of("service", service),
        format!("{}: builds and delivers {service}", names.team),
    );
    let place = Place::At(team.world.build.account, team.world.build.region);
    if let Some(code_build) = definition.build() {
        let repository = &code_build.repository;
        let provider = repository.connection.provider();
        let builds = Builds {
            definition,
            build: code_build,
            place,
            repository: provider.clone_url(&repository.name).into(),
            fork_branch: None,
            connection: repository.connection.arn().into(),
            connection_service: repository.connection.service(),
            bucket: &build.bucket,
            key: &build.key,
            only_if: None,
        };
        project::add_delivery(&mut stack, names, &builds);
        project::add_checks(&mut stack, names, &builds);
    }
    if let Some(upload) = definition.upload() {
        upload::add(&mut stack, names, definition, upload, build, place);
    }

    let values = DeployedValues::default();
    let stage = |wave: &Wave| Stage {
        name: wave.name.to_string(),
        approval: wave.approval.map(|timeout| AskedApproval {
            topic: &build.approvals,
            timeout,
        }),
        deployments: wave
            .environments
            .iter()
            .filter_map(|environment| deployment(environment, stores, roles, &values))
            .collect(),
    };
    let used = |region: &Region| {
        *region != team.world.build.region
            && definition
                .environments()
                .any(|environment| environment.region == *region)
    };
    let delivery = Delivery {
        place,
        source: &build.bucket,
        home: &build.store,
        undelivered: &build.undelivered,
        abroad: stores
            .iter()
            .filter(|(region, _)| used(region))
            .map(|(_, store)| store)
            .collect(),
        stages: definition.waves().map(stage).collect(),
    };
    pipeline::add(&mut stack, names, definition, &delivery);
    stack
}

fn deployment<'a>(
    environment: &Environment,
    stores: &'a IndexMap<Region, ArtifactStore>,
    roles: &'a IndexMap<(AccountId, Region), TargetRoles>,
    values: &'a DeployedValues,
) -> Option<Deployment<'a>> {
    Some(Deployment {
        label: environment.name.to_string(),
        environment: Some(environment.name),
        region: Some(environment.region.as_str().into()),
        values,
        store: stores.get(&environment.region)?,
        roles: roles.get(&(environment.account, environment.region))?,
    })
}
