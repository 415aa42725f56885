//! Names of the statement type and the variables of a Discourse Network Analyzer database.

/// Names of the statement type and of its variables in `.dna` databases. The defaults are those of a new database.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "server", derive(clap::Args))]
#[cfg_attr(feature = "server", command(next_help_heading = "Discourse Network Analyzer (.dna) options"))]
pub struct DnaNames {
    /// Statement type whose statements become claims. Default: the first type that has the variables
    #[cfg_attr(feature = "server", arg(id = "dna_statement_type", long = "dna-statement-type"))]
    #[cfg_attr(feature = "server", arg(env = "CLAIMD_DNA_STATEMENT_TYPE", value_name = "LABEL"))]
    pub statement_type: Option<String>,
    /// Short-text variable that holds the speaker
    #[cfg_attr(feature = "server", arg(id = "dna_person", long = "dna-person", env = "CLAIMD_DNA_PERSON"))]
    #[cfg_attr(feature = "server", arg(value_name = "VARIABLE", default_value = Self::PERSON))]
    pub person: String,
    /// Short-text variable that holds the organization of the speaker
    #[cfg_attr(feature = "server", arg(id = "dna_organization", long = "dna-organization"))]
    #[cfg_attr(feature = "server", arg(env = "CLAIMD_DNA_ORGANIZATION"))]
    #[cfg_attr(feature = "server", arg(value_name = "VARIABLE", default_value = Self::ORGANIZATION))]
    pub organization: String,
    /// Short-text variable that holds the concept
    #[cfg_attr(feature = "server", arg(id = "dna_concept", long = "dna-concept", env = "CLAIMD_DNA_CONCEPT"))]
    #[cfg_attr(feature = "server", arg(value_name = "VARIABLE", default_value = Self::CONCEPT))]
    pub concept: String,
    /// Boolean variable that holds whether the speaker agrees with the concept
    #[cfg_attr(feature = "server", arg(id = "dna_agreement", long = "dna-agreement", env = "CLAIMD_DNA_AGREEMENT"))]
    #[cfg_attr(feature = "server", arg(value_name = "VARIABLE", default_value = Self::AGREEMENT))]
    pub agreement: String,
}

impl DnaNames {
    const PERSON: &str = "person";
    const ORGANIZATION: &str = "organization";
    const CONCEPT: &str = "concept";
    const AGREEMENT: &str = "agreement";
}

impl Default for DnaNames {
    fn default() -> Self {
        Self {
            statement_type: None,
            person: Self::PERSON.to_owned(),
            organization: Self::ORGANIZATION.to_owned(),
            concept: Self::CONCEPT.to_owned(),
            agreement: Self::AGREEMENT.to_owned(),
        }
    }
}
