//! Compiles `proto/` without protoc, in several passes over one package.
//!
//! The records (articles, actors, claims and their parts) become plain prost messages with ProtoJSON. For the server, the
//! services are generated with every record replaced by `Encoded`, so that stored bytes are sent as they are. For the
//! feature `client`, they are generated with plain records.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use prost::Message;
use prost_types::FileDescriptorSet;

/// The files with the messages of records, in the order of their imports.
const RECORD_FILES: [&str; 6] = [
    "claimd/v1/time.proto",
    "claimd/v1/provenance.proto",
    "claimd/v1/article.proto",
    "claimd/v1/actor.proto",
    "claimd/v1/claim.proto",
    "claimd/v1/record.proto",
];

/// The messages that the server sends as stored bytes.
const ENCODED: [&str; 4] = ["Article", "Actor", "Claim", "Record"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_imports(true).include_source_info(true);
    for entry in sorted(Path::new("proto/claimd/v1"))? {
        compiler.open_file(entry)?;
    }
    compiler.open_file("proto/grpc/health/v1/health.proto")?;
    let all = compiler.file_descriptor_set();
    fs::write(out.join("claimd.descriptor.bin"), compiler.encode_file_descriptor_set())?;

    let records = only(&all, |name| RECORD_FILES.contains(&name) || name.starts_with("google/"));
    generate_records(&records, &out.join("records"))?;
    let has_server = has_feature("SERVER");
    if has_feature("EMBED") {
        let encoded = services(&records, |message| ENCODED.contains(&message));
        generate(encoded.build_server(has_server).build_client(has_server), &all, &out.join("services"))?;
    }
    if has_feature("CLIENT") {
        generate(services(&records, |_| false).build_server(false), &all, &out.join("client"))?;
    }
    Ok(())
}

fn has_feature(name: &str) -> bool {
    env::var_os(format!("CARGO_FEATURE_{name}")).is_some()
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let mut files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    files.sort();
    Ok(files)
}

fn only(all: &FileDescriptorSet, keep: impl Fn(&str) -> bool) -> FileDescriptorSet {
    FileDescriptorSet { file: all.file.iter().filter(|file| keep(file.name())).cloned().collect() }
}

fn generate_records(records: &FileDescriptorSet, out: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(out)?;
    tonic_prost_build::configure()
        .out_dir(out)
        .build_server(false)
        .build_client(false)
        // A sorted map is encoded the same way every time: the revision depends on it.
        .btree_map(".")
        .compile_well_known_types(true)
        .extern_path(".google.protobuf", "::pbjson_types")
        .extern_path(".google.protobuf.Timestamp", "crate::proto::Timestamp")
        .compile_fds(records.clone())?;
    pbjson_build::Builder::new()
        .register_descriptors(&records.encode_to_vec())?
        .btree_map(["."])
        .out_dir(out)
        .build(&[".claimd.v1"])?;
    Ok(())
}

/// Generates services and their messages. Records are taken from the crate, some of them encoded.
fn services(records: &FileDescriptorSet, is_encoded: impl Fn(&str) -> bool) -> tonic_prost_build::Builder {
    let mut builder = tonic_prost_build::configure()
        .build_transport(false)
        .compile_well_known_types(true)
        .extern_path(".google.protobuf", "::pbjson_types")
        .extern_path(".google.protobuf.Timestamp", "crate::proto::Timestamp");
    for file in records.file.iter().filter(|file| file.package() == "claimd.v1") {
        for message in file.message_type.iter().map(prost_types::DescriptorProto::name) {
            let path = if is_encoded(message) {
                format!("crate::proto::Encoded{message}")
            } else {
                format!("crate::proto::v1::{message}")
            };
            builder = builder.extern_path(format!(".claimd.v1.{message}"), path);
        }
        for kind in file.enum_type.iter().map(prost_types::EnumDescriptorProto::name) {
            builder = builder.extern_path(format!(".claimd.v1.{kind}"), format!("crate::proto::v1::{kind}"));
        }
    }
    builder
}

fn generate(builder: tonic_prost_build::Builder, all: &FileDescriptorSet, out: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(out)?;
    builder.out_dir(out).compile_fds(all.clone())?;
    Ok(())
}
