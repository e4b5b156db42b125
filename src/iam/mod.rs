//! Makes, proves and removes the user in AWS that the service runs as: a policy with what Tintype
//! needs and nothing else, a user that has this policy alone, and a key of that user.

pub(crate) mod policy;
