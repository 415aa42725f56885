//! The gRPC methods of the server, read from their descriptors.

use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, ServiceDescriptor};
use rustc_hash::FxHashMap;

use crate::proto::FILE_DESCRIPTOR_SET;

/// Methods that only the role admin may call.
const ADMIN: [&str; 1] = ["/claimd.v1.CorpusService/ReloadCorpus"];

/// Methods that load the data. They have no default deadline, since a load takes as long as the data are large.
const LOADS: [&str; 1] = ["/claimd.v1.CorpusService/ReloadCorpus"];

/// A gRPC method of the server.
#[derive(Debug, PartialEq, Eq)]
pub struct Method {
    /// Position in [`Method::all`], for tables with an entry for each method.
    pub index: usize,
    /// Path as in requests: `/claimd.v1.ClaimService/GetClaim`.
    pub path: String,
    /// Kind of its service.
    pub group: Group,
    /// True if the response is a stream of messages.
    pub is_stream: bool,
    /// True if the request is a stream of messages.
    pub takes_stream: bool,
    /// True if only the role admin may call it.
    pub needs_admin: bool,
}

/// Kind of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The services of `claimd.v1`, which answer from the corpus.
    Corpus,
    /// `grpc.health.v1`.
    Health,
    /// `grpc.reflection`.
    Reflection,
}

static METHODS: LazyLock<Vec<Method>> = LazyLock::new(|| {
    let sets = [
        FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
    ];
    let pools = sets.map(|set| DescriptorPool::decode(set).expect("the build encoded the descriptors"));
    let services = pools.iter().flat_map(DescriptorPool::services);
    let mut methods: Vec<Method> = services.flat_map(|service| methods_of(&service)).collect();
    methods.sort_by(|a, b| a.path.cmp(&b.path));
    methods.dedup_by(|a, b| a.path == b.path);
    for (index, method) in methods.iter_mut().enumerate() {
        method.index = index;
    }
    methods
});

static BY_PATH: LazyLock<FxHashMap<&str, &Method>> =
    LazyLock::new(|| METHODS.iter().map(|method| (method.path.as_str(), method)).collect());

fn methods_of(service: &ServiceDescriptor) -> Vec<Method> {
    let group = match service.full_name() {
        name if name.starts_with("grpc.health.") => Group::Health,
        name if name.starts_with("grpc.reflection.") => Group::Reflection,
        _ => Group::Corpus,
    };
    let methods = service.methods().map(|method| {
        let path = format!("/{}/{}", service.full_name(), method.name());
        Method {
            index: 0,
            group,
            is_stream: method.is_server_streaming(),
            takes_stream: method.is_client_streaming(),
            needs_admin: ADMIN.contains(&path.as_str()),
            path,
        }
    });
    methods.collect()
}

impl Method {
    /// Looks up the method of a request's path. Costs a hash of the path: a call does it once.
    pub fn find(path: &str) -> Option<&'static Self> {
        BY_PATH.get(path).copied()
    }

    /// True if it loads the data, and so has no default deadline.
    pub fn is_load(&self) -> bool {
        LOADS.contains(&self.path.as_str())
    }

    /// Every method, sorted by path.
    pub fn all() -> &'static [Self] {
        &METHODS
    }

    /// Full name without the leading slash: `claimd.v1.ClaimService/GetClaim`.
    pub fn name(&self) -> &str {
        &self.path[1..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_found_by_their_paths() {
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
    fn each_method_has_the_index_of_its_place() {
        for (index, method) in Method::all().iter().enumerate() {
            assert_eq!((method.index, Method::find(&method.path)), (index, Some(method)));
        }
    }

    #[test]
    fn admin_methods_and_loads_exist() {
        let paths = |is: fn(&Method) -> bool| -> Vec<&str> {
            Method::all().iter().filter(|method| is(method)).map(|method| &*method.path).collect()
        };
        assert_eq!(paths(|method| method.needs_admin), ADMIN);
        assert_eq!(paths(Method::is_load), LOADS);
    }
}
