//! Discourse networks: numbers worked out by hand, numbers against a naive reference, the service, the command.

mod bounds;
mod built;
mod command;
mod hand;
mod naive;
mod property;
mod service;
