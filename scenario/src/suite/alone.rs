//! A test outside the manifest. It stands for a user of services that is not a test.

use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::{Command, Limits, ServiceId, ServiceNeed, Slots, Span, Test};

impl Test {
    /// A test of this name that needs `services` and has no other properties.
    #[must_use]
    pub fn that_needs(name: &str, services: &[ServiceId]) -> Self {
        let need = |&service| ServiceNeed { service, span: Span { start: 0, end: 0 } };
        let services = ServiceNeed::distinct(services.iter().map(need).collect());
        Self {
            name: name.to_owned(),
            suite: None,
            files: Vec::new(),
            run: Command::default(),
            wrap: Command::default(),
            before: Command::default(),
            cleanup: Command::default(),
            needs: Vec::new(),
            services: services.into(),
            after: Vec::new(),
            is_finally: false,
            tags: Arc::new([]),
            base_env: Arc::new([]),
            env: Vec::new(),
            env_file: None,
            cwd: None,
            limits: Limits::default(),
            slots: Slots::Count(NonZeroUsize::MIN),
            group: None,
            kind: None,
            has_result: true,
            check: None,
            results: None,
            is_ignored: false,
            line: 0,
            inputs: None,
            copy: None,
            changed: None,
        }
    }
}
