//! The methods that there are, as their descriptors say.

use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, ServiceDescriptor};
use rustc_hash::FxHashMap;

use crate::proto::FILE_DESCRIPTOR_SET;

/// Methods that only the role admin may call.
const ADMIN: [&str; 1] = ["/claimd.v1.CorpusService/ReloadCorpus"];

/// Methods that load the data, which takes as long as it takes.
const LOADS: [&str; 1] = ["/claimd.v1.CorpusService/ReloadCorpus"];

/// A method that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// As it stands in requests: `/claimd.v1.ClaimService/GetClaim`.
    pub path: String,
    /// What it is for.
    pub group: Group,
    /// True if it answers with a stream.
    pub is_stream: bool,
    /// True if it takes a stream of requests.
    pub takes_stream: bool,
    /// True if only the role admin may call it.
    pub needs_admin: bool,
}

/// What a method is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Questions about the corpus.
    Corpus,
    /// `grpc.health.v1`.
    Health,
    /// `grpc.reflection`.
    Reflection,
}

static METHODS: LazyLock<FxHashMap<String, Method>> = LazyLock::new(|| {
    let mut methods = FxHashMap::default();
    for descriptors in [
        FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
    ] {
        let pool = DescriptorPool::decode(descriptors).expect("the descriptors were made by the build");
        for method in pool.services().flat_map(|service| methods_of(&service)) {
            methods.insert(method.path.clone(), method);
        }
    }
    methods
});

fn methods_of(service: &ServiceDescriptor) -> Vec<Method> {
    let group = match service.full_name() {
        name if name.starts_with("grpc.health.") => Group::Health,
        name if name.starts_with("grpc.reflection.") => Group::Reflection,
        _ => Group::Corpus,
    };
    let methods = service.methods().map(|method| {
        let path = format!("/{}/{}", service.full_name(), method.name());
        let needs_admin = ADMIN.contains(&path.as_str());
        Method {
            path,
            group,
            is_stream: method.is_server_streaming(),
            takes_stream: method.is_client_streaming(),
            needs_admin,
        }
    });
    methods.collect()
}

impl Method {
    /// The method that a path names, if there is one.
    pub fn find(path: &str) -> Option<&'static Self> {
        METHODS.get(path)
    }

    /// Whether it loads the data: it has as much time as its client gives it.
    pub fn is_load(&self) -> bool {
        LOADS.contains(&self.path.as_str())
    }

    /// Every method, in no order.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        METHODS.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_known_by_their_paths() {
        let method = Method::find("/claimd.v1.CorpusService/WatchCorpus").unwrap();
        assert!(method.is_stream && !method.needs_admin && method.group == Group::Corpus);
        assert!(!Method::find("/claimd.v1.ClaimService/GetClaim").unwrap().is_stream);
        assert!(Method::find("/grpc.health.v1.Health/Watch").unwrap().is_stream);
        let reflection = Method::find("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo").unwrap();
        assert!(reflection.is_stream && reflection.group == Group::Reflection);
        assert!(Method::find("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo").is_some());
        assert_eq!(Method::find("/claimd.v1.ClaimService/Nothing"), None);
    }

    #[test]
    fn what_needs_the_role_admin_is_there() {
        let mut found: Vec<&str> =
            Method::all().filter(|method| method.needs_admin).map(|method| &*method.path).collect();
        found.sort_unstable();
        assert_eq!(found, ADMIN);
    }

    #[test]
    fn what_loads_the_data_is_there() {
        let mut found = Method::all().filter(|method| method.is_load()).map(|method| &*method.path);
        assert_eq!((found.next(), found.next()), (Some(LOADS[0]), None));
    }
}
