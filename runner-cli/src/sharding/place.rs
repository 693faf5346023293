//! Which machine of how many this is, as its surroundings say.

use std::num::NonZeroU32;

use super::error::ShardError;
use crate::environment::Environment;

/// How a system says it.
struct System {
    /// As people call it.
    name: &'static str,
    /// Its variable for the number of this machine.
    number: &'static str,
    /// What the first machine has there.
    first: u32,
    /// Its variable for how many there are.
    of: &'static str,
    /// A variable that has to be there besides, where others use the same names: `NAME`, or `NAME=VALUE`.
    only: Option<&'static str>,
    /// How to have it say so.
    way: &'static str,
}

/// As their documents have it in November 2026. What is nearer to the process stands first.
const SYSTEMS: &[System] = &[
    System {
        name: "Slurm",
        number: "SLURM_PROCID",
        first: 0,
        of: "SLURM_NTASKS",
        only: None,
        way: "`srun -n4 probe run --shard auto`",
    },
    System {
        name: "GitLab",
        number: "CI_NODE_INDEX",
        first: 1,
        of: "CI_NODE_TOTAL",
        only: Some("GITLAB_CI"),
        way: "`parallel: 4` in the job",
    },
    System {
        name: "CircleCI",
        number: "CIRCLE_NODE_INDEX",
        first: 0,
        of: "CIRCLE_NODE_TOTAL",
        only: None,
        way: "`parallelism: 4` in the job",
    },
    System {
        name: "Buildkite",
        number: "BUILDKITE_PARALLEL_JOB",
        first: 0,
        of: "BUILDKITE_PARALLEL_JOB_COUNT",
        only: None,
        way: "`parallelism: 4` in the step",
    },
    System {
        name: "GitHub Actions",
        number: "STRATEGY_JOB_INDEX",
        first: 0,
        of: "STRATEGY_JOB_TOTAL",
        only: None,
        way: "`STRATEGY_JOB_INDEX: ${{ strategy.job-index }}` and `STRATEGY_JOB_TOTAL: ${{ strategy.job-total }}` below `env`",
    },
    System {
        name: "Azure Pipelines",
        number: "SYSTEM_JOBPOSITIONINPHASE",
        first: 1,
        of: "SYSTEM_TOTALJOBSINPHASE",
        only: None,
        way: "`parallel: 4` below `strategy`",
    },
    System {
        name: "Bitbucket",
        number: "BITBUCKET_PARALLEL_STEP",
        first: 0,
        of: "BITBUCKET_PARALLEL_STEP_COUNT",
        only: None,
        way: "a `parallel` group",
    },
    System {
        name: "Semaphore",
        number: "SEMAPHORE_JOB_INDEX",
        first: 1,
        of: "SEMAPHORE_JOB_COUNT",
        only: None,
        way: "`parallelism: 4` in the job",
    },
    System {
        name: "Jenkins",
        number: "CI_NODE_INDEX",
        first: 1,
        of: "CI_NODE_TOTAL",
        only: Some("JENKINS_URL"),
        way: "`CI_NODE_INDEX`, from 1, and `CI_NODE_TOTAL` in the `environment` of the stage",
    },
];

/// The number of this machine, from 1, and how many there are.
///
/// # Errors
///
/// No system says it, one says half of it, or what two say differs.
pub(crate) fn place(environment: &Environment) -> Result<(NonZeroU32, NonZeroU32), ShardError> {
    let mut found: Option<(&System, (NonZeroU32, NonZeroU32))> = None;
    for system in SYSTEMS {
        let Some(place) = said(system, environment)? else { continue };
        match found {
            Some((first, other)) if other != place => {
                return Err(ShardError::Contradiction {
                    one: told(first, other),
                    other: told(system, place),
                });
            }
            _ => found = found.or(Some((system, place))),
        }
    }
    found.map(|(_, place)| place).ok_or_else(|| ShardError::Nowhere {
        ways: SYSTEMS.iter().map(|system| format!("{}: {}", system.name, system.way)).collect(),
    })
}

/// What a system says; `None` if probe does not run there, or on one machine of one.
fn said(
    system: &System,
    environment: &Environment,
) -> Result<Option<(NonZeroU32, NonZeroU32)>, ShardError> {
    if system.only.is_some_and(|variable| !environment.says(variable)) {
        return Ok(None);
    }
    let (number, of) = (environment.value(system.number), environment.value(system.of));
    let wrong = || ShardError::Nonsense {
        system: system.name,
        number: shown(system.number, number.as_deref()),
        of: shown(system.of, of.as_deref()),
        first: system.first,
    };
    match (&number, &of) {
        (None, None) => Ok(None),
        // Where nothing is parallel, most systems say of how many all the same.
        (None, Some(of)) if of == "1" => Ok(None),
        (Some(number), Some(of)) => {
            let number = number.parse::<u32>().ok().and_then(|number| {
                NonZeroU32::new(number.checked_sub(system.first)?.checked_add(1)?)
            });
            let of = of.parse::<NonZeroU32>().ok();
            match (number, of) {
                (Some(number), Some(of)) if number <= of => Ok(Some((number, of))),
                _ => Err(wrong()),
            }
        }
        _ => Err(wrong()),
    }
}

fn shown(variable: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => format!("`{variable}={value}`"),
        None => format!("no `{variable}`"),
    }
}

fn told(system: &System, (number, of): (NonZeroU32, NonZeroU32)) -> String {
    format!("{number}/{of} by {} ({} and {})", system.name, system.number, system.of)
}
