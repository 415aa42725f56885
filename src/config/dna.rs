//! What a Discourse Network Analyzer database calls its things.

use clap::Args;

/// Names of the statement type and of its variables in `.dna` databases. The defaults are those that the program gives a
/// new database.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
#[command(next_help_heading = "Discourse Network Analyzer (.dna) options")]
pub struct DnaNames {
    /// Statement type whose statements become claims. Without it, the first type that has the variables
    #[arg(
        id = "dna_statement_type",
        long = "dna-statement-type",
        env = "CLAIMD_DNA_STATEMENT_TYPE",
        value_name = "LABEL"
    )]
    pub statement_type: Option<String>,
    /// Short-text variable that says who speaks
    #[arg(
        id = "dna_person",
        long = "dna-person",
        env = "CLAIMD_DNA_PERSON",
        value_name = "VARIABLE",
        default_value = "person"
    )]
    pub person: String,
    /// Short-text variable that says for which organization
    #[arg(
        id = "dna_organization",
        long = "dna-organization",
        env = "CLAIMD_DNA_ORGANIZATION",
        value_name = "VARIABLE",
        default_value = "organization"
    )]
    pub organization: String,
    /// Short-text variable that says on what concept
    #[arg(
        id = "dna_concept",
        long = "dna-concept",
        env = "CLAIMD_DNA_CONCEPT",
        value_name = "VARIABLE",
        default_value = "concept"
    )]
    pub concept: String,
    /// Boolean variable that says whether the speaker agrees with the concept
    #[arg(
        id = "dna_agreement",
        long = "dna-agreement",
        env = "CLAIMD_DNA_AGREEMENT",
        value_name = "VARIABLE",
        default_value = "agreement"
    )]
    pub agreement: String,
}

impl Default for DnaNames {
    fn default() -> Self {
        Self {
            statement_type: None,
            person: "person".to_owned(),
            organization: "organization".to_owned(),
            concept: "concept".to_owned(),
            agreement: "agreement".to_owned(),
        }
    }
}
