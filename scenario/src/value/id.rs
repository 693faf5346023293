//! Dense ids: positions in the vectors of one manifest. Each vector has its own type of id.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The id of the thing at `index` of its vector.
            ///
            /// # Panics
            ///
            /// Panics if `index` does not fit into 32 bits.
            #[must_use]
            pub fn new(index: usize) -> Self {
                Self(u32::try_from(index).expect("a manifest has fewer than 2^32 of each thing"))
            }

            /// The position in its vector.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id! {
    /// A library of [`Manifest::libraries`](crate::Manifest::libraries).
    LibraryId
}
id! {
    /// A group of [`Manifest::groups`](crate::Manifest::groups).
    GroupId
}
id! {
    /// A suite of [`Manifest::suites`](crate::Manifest::suites).
    SuiteId
}
id! {
    /// A service of [`Suite::services`](crate::Suite::services).
    ServiceId
}
id! {
    /// A test of [`Suite::tests`](crate::Suite::tests).
    TestId
}
