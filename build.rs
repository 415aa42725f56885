//! Compiles `proto/` without protoc, in two passes over one package.
//!
//! The records (articles, actors, claims and what they are made of) become plain prost messages with ProtoJSON. The
//! services are then generated with every record replaced by [`Encoded`], so that a server hands out stored bytes.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use prost::Message;
use prost_types::FileDescriptorSet;

/// The files of records, in the order of their imports.
const RECORD_FILES: [&str; 6] = [
    "claimd/v1/time.proto",
    "claimd/v1/provenance.proto",
    "claimd/v1/article.proto",
    "claimd/v1/actor.proto",
    "claimd/v1/claim.proto",
    "claimd/v1/record.proto",
];

/// The messages that services send as stored bytes.
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
    generate_services(&all, &records, &out.join("services"))
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

fn generate_services(all: &FileDescriptorSet, records: &FileDescriptorSet, out: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(out)?;
    let mut builder = tonic_prost_build::configure()
        .out_dir(out)
        .build_transport(false)
        .compile_well_known_types(true)
        .extern_path(".google.protobuf", "::pbjson_types")
        .extern_path(".google.protobuf.Timestamp", "crate::proto::Timestamp");
    for file in records.file.iter().filter(|file| file.package() == "claimd.v1") {
        for message in file.message_type.iter().map(prost_types::DescriptorProto::name) {
            let path = if ENCODED.contains(&message) {
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
    builder.compile_fds(all.clone())?;
    Ok(())
}
