//! Formats: conversion, compression, manifests, damaged files.

mod arbitrary_bytes;
mod compressed;
mod convert;
mod killed;
mod manifest;
mod merging;
mod program;
mod shared;
