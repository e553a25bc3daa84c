macro_rules! kinds {
    ($($kind:ident in $module:ident),+ $(,)?) => {
        /// A resource type that stands in our templates: there are no others.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ResourceKind {
            $(
                #[doc = concat!("`types::", stringify!($module), "::", stringify!($kind), "`")]
                $kind,
            )+
        }

        impl ResourceKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind),+];
        }
    };
}

resource_types!(kinds);
