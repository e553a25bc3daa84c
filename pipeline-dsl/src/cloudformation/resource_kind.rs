/// The closed list of resource types, each with the file in `types` that says what is known of it.
macro_rules! resource_types {
    ($made_of:ident) => {
        $made_of! {
            Alarm in cloudwatch,
            Project in codebuild,
            Pipeline in codepipeline,
            Backfill in custom,
            Rule in events,
            ManagedPolicy in iam,
            Role in iam,
            Alias in kms,
            Key in kms,
            EventInvokeConfig in lambda,
            Function in lambda,
            Permission in lambda,
            LogGroup in logs,
            Bucket in s3,
            BucketPolicy in s3,
            Subscription in sns,
            Topic in sns,
            TopicPolicy in sns,
            Queue in sqs,
            QueuePolicy in sqs,
        }
    };
}

pub(super) use resource_types;

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
