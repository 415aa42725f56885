//! Findings: what the checks of a load report about records and files.

use std::fmt;

/// Maximum code points of a value in a message. A file can be megabytes of a single value.
pub const MAX_SHOWN: usize = 60;

/// A text, cut to [`MAX_SHOWN`] code points.
pub fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A text in quotation marks with control characters escaped, cut to [`MAX_SHOWN`] code points.
pub fn quoted(text: &str) -> String {
    format!("{:?}", cut(text))
}

/// What positions in a file count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Places {
    /// Lines of text, from 1.
    #[default]
    Lines,
    /// Records, from 1.
    Records,
}

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// Nothing is wrong: something was filled in, skipped or chosen.
    Note,
    /// Something is wrong; the record is served.
    Warning,
    /// Something is wrong; the record, line or file is not served.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A finding in a record or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The kind of finding.
    pub code: Code,
    /// Path of the field, in proto names (`evidence[0].spans[1]`). Empty: the whole record.
    pub field: String,
    /// The fact, with the values.
    pub message: String,
}

/// The findings of one record.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Adds a finding.
    pub fn add(&mut self, code: Code, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(Finding { code, field: field.into(), message: message.into() });
    }

    /// Whether there is an error, so that the record must not be served.
    pub fn has_error(&self) -> bool {
        self.0.iter().any(|finding| finding.code.severity() == Severity::Error)
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Extend<Finding> for Findings {
    fn extend<I: IntoIterator<Item = Finding>>(&mut self, findings: I) {
        self.0.extend(findings);
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $severity:ident $advice:literal;)+) => {
        /// The kind of a finding. Codes are never renamed; new ones may be added.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The code in reports.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The severity of findings with this code.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }

            /// What the user can do about it.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$variant => $advice,)+ }
            }
        }
    };
}

codes! {
    /// A file or folder cannot be opened or read.
    FileUnreadable "FILE_UNREADABLE" Error "Check the path and its permissions.";
    /// A file that has to be in memory as a whole is larger than the limit.
    FileTooLarge "FILE_TOO_LARGE" Error "Raise --max-database-bytes if there is memory for it, or split the file.";
    /// A compressed file is truncated or damaged.
    StreamBroken "STREAM_BROKEN" Error "Get a complete copy of the file. The records before the damage were read.";
    /// A file ends inside of a record.
    FileTruncated "FILE_TRUNCATED" Error "Get a complete copy of the file. The records before its end were read.";
    /// An encoded record cannot be decoded.
    RecordBroken "RECORD_BROKEN" Error "Write each record as a length followed by an encoded claimd.v1.Record.";
    /// A snapshot is truncated, damaged or of another version.
    SnapshotRefused "SNAPSHOT_REFUSED" Error "Write the snapshot again with this version of claimd convert.";
    /// A manifest cannot be used.
    ManifestInvalid "MANIFEST_INVALID" Error "Correct the manifest. None of its datasets was read.";
    /// The checksum of a dataset's file differs from the manifest.
    ChecksumDiffers "CHECKSUM_DIFFERS" Error "Get the file again, or correct its sha256 in the manifest. The file was not read.";
    /// Records of different datasets were merged by an identifier or URL.
    RecordsMerged "RECORDS_MERGED" Note "Nothing. References to the merged name lead to this record.";
    /// Records that share an identifier or URL cannot be merged.
    MergeConflict "MERGE_CONFLICT" Warning "Correct the identifier, URL or text in one of them. Both were kept unchanged.";
    /// A file has no content.
    FileEmpty "FILE_EMPTY" Warning "Leave the file out, or find out why nothing was written to it.";
    /// A folder has no file of a known format.
    FolderEmpty "FOLDER_EMPTY" Warning "Give a folder with files of a format that claimd convert --help lists.";
    /// A file in a folder is not of a known format.
    FileSkipped "FILE_SKIPPED" Note "Nothing, if the file has no records. Otherwise rename it with the extension of its format, or give its path with --format.";
    /// A file given by its path is not of a known format.
    FormatUnknown "FORMAT_UNKNOWN" Error "Rename the file with the extension of its format, or give the format with --format.";
    /// The load has no record at all.
    NoRecords "NO_RECORDS" Error "Give at least one file with a record without errors.";
    /// A file begins with a byte order mark.
    ByteOrderMark "BYTE_ORDER_MARK" Note "Nothing; the mark was ignored. Save as UTF-8 without a byte order mark to avoid this note.";
    /// A line is longer than the limit.
    LineTooLong "LINE_TOO_LONG" Error "Write one record per line, or raise --max-line-bytes.";
    /// A line is not UTF-8.
    NotUtf8 "NOT_UTF8" Error "Save the file as UTF-8.";
    /// A line is not JSON.
    NotJson "NOT_JSON" Error "Correct the JSON. In NDJSON each record is one complete line.";
    /// A line has no record, or several.
    NotOneRecord "NOT_ONE_RECORD" Error "Write {\"article\":{…}}, {\"actor\":{…}} or {\"claim\":{…}}.";
    /// A field does not exist.
    FieldUnknown "FIELD_UNKNOWN" Error "Correct the spelling, or put the value into labels.";
    /// A field is given twice.
    FieldRepeated "FIELD_REPEATED" Error "Give the field once.";
    /// A value has the wrong type or cannot be read.
    ValueInvalid "VALUE_INVALID" Error "Give a value of the field's type, as in ProtoJSON.";
    /// An enum has no such value; the text was moved to labels.
    EnumUnknown "ENUM_UNKNOWN" Warning "Use a value of the enum. The text was kept in labels under the field's path.";
    /// Deletions in a delta name records that no file has.
    NothingDeleted "NOTHING_DELETED" Note "Nothing, if the deleted entity was not a record (an address, a ship). Otherwise load the files that the delta is based on as well.";
    /// A record belongs to several datasets; one was chosen for its provenance.
    DatasetChosen "DATASET_CHOSEN" Note "Nothing, if the record may count for that dataset alone. Its labels list all datasets.";
    /// A field cannot hold a value; the text was moved to labels.
    KeptAsLabel "KEPT_AS_LABEL" Warning "Correct the value in the source. The text was kept in labels under the field's path.";
    /// Items were skipped; one finding counts all of a kind.
    RecordSkipped "RECORD_SKIPPED" Note "Nothing, if claimd need not serve them. Otherwise convert them to a form that claimd reads.";
    /// A FollowTheMoney entity lacks a required field.
    EntityInvalid "ENTITY_INVALID" Error "Write {\"id\":…,\"schema\":…,\"properties\":{…}}, or {\"op\":…,\"entity\":{…}} in a delta.";
    /// An imported actor has no name.
    NameMissing "NAME_MISSING" Warning "Add a name in the source. Without a name the actor is shown by its id; without an id it is left out.";
    /// A news item lacks a required field.
    ItemInvalid "ITEM_INVALID" Error "Give an object with a uri.";
    /// A news item is embargoed, withheld or canceled.
    ItemHeldBack "ITEM_HELD_BACK" Note "Nothing. An embargoed item is served by the first load after its embargo; a withheld or canceled one is not served.";
    /// A news item has no text that can be read.
    TextMissing "TEXT_MISSING" Note "Give a body as plain text or HTML. Quotes from an article without a text cannot be checked.";
    /// A file is not a SQLite database, or is damaged.
    DatabaseInvalid "DATABASE_INVALID" Error "Copy the file again while no program has it open. In sqlite3, PRAGMA integrity_check checks it.";
    /// A SQLite database is not of the Discourse Network Analyzer 3, or has other variables.
    DatabaseForeign "DATABASE_FOREIGN" Error "Open and save it with the Discourse Network Analyzer 3, and name its variables with the --dna-… options.";
    /// A SQLite database was in use with a write-ahead log.
    DatabaseLogged "DATABASE_LOGGED" Note "Close the database in the program that writes it, so that the log is written into the file.";
    /// A coded statement lacks what it needs to count in a network.
    CodingMissing "CODING_MISSING" Warning "Complete the coding of the statement in the Discourse Network Analyzer. The claim is served but is in no network.";
    /// A property that the format recommends is missing.
    PropertyMissing "PROPERTY_MISSING" Warning "Ask the publisher to add the property. The message names the substitute that was used, if any.";
    /// A reference to an object that is not in the same document.
    NodeUnknown "NODE_UNKNOWN" Warning "Ask the publisher to put the object with that @id into the same document. The property was treated as missing.";
    /// An actor without an identifier has the name of one with an identifier.
    Namesake "NAMESAKE" Warning "If they are the same, ask the publisher to give the identifier (sameAs) in every review. Both were kept, each with its own claims.";
    /// Properties that no field can hold.
    PropertyUnread "PROPERTY_UNREAD" Note "Nothing, if they are not needed. Short texts among them were kept in labels.";
    /// A value does not follow its format and was corrected.
    ValueMended "VALUE_MENDED" Note "Nothing, if the correction in the message is right. Otherwise correct the value in the source.";
    /// A rating text is not in the vocabulary.
    RatingUnknown "RATING_UNKNOWN" Warning "Report the text, so that it can be added to the vocabulary (data/ratings.tsv). The claim counts as not rated.";
    /// A verdict was read from the number of a rating.
    RatingByNumber "RATING_BY_NUMBER" Note "Nothing, if the scale runs from false to true. Otherwise report the text, so that it can be added to the vocabulary.";
    /// A fact-checker is named as the source of the claim that it checked.
    ReviewerAsSource "REVIEWER_AS_SOURCE" Note "Nothing. The reviewer was not made a speaker, nor its page evidence.";
    /// A record is larger than the limit.
    RecordTooLarge "RECORD_TOO_LARGE" Error "Split the text, or raise --max-record-bytes and --max-response-bytes.";
    /// A record's name is not a valid resource name.
    NameInvalid "NAME_INVALID" Error "Name the record collection/{id}, where id has 1 to 128 characters of [A-Za-z0-9._~-].";
    /// Two records have the same name; the first is kept.
    NameTaken "NAME_TAKEN" Error "Give one of them another name, or leave it out. The first one was kept.";
    /// Merged records of one name have different values in a field; one is kept.
    ValuesDiffer "VALUES_DIFFER" Note "Correct the value in one of the sources. The longer text, the more precise time or the more specific kind was kept.";
    /// A merged name is the name or a merged name of another record.
    MergedNameTaken "MERGED_NAME_TAKEN" Warning "Remove the merged name from all records but one. It does not lead to this record.";
    /// A required field is empty.
    FieldRequired "FIELD_REQUIRED" Error "Give the field a value.";
    /// A number is out of range, or a text is too long.
    OutOfRange "OUT_OF_RANGE" Error "Give a value within the range.";
    /// A language tag is not BCP-47; the text was moved to labels.
    LanguageInvalid "LANGUAGE_INVALID" Warning "Give a BCP-47 tag such as de or en-GB. The text was kept in labels under the field's path.";
    /// A time is finer than its precision.
    TimeTooFine "TIME_TOO_FINE" Warning "Give the first instant of the period in UTC (a day as 2020-08-02T00:00:00Z, whatever the time zone), or correct the precision. Both were kept unchanged.";
    /// A time has no precision.
    PrecisionMissing "PRECISION_MISSING" Note "Give the precision of the time. Without it the time counts as exact.";
    /// A precision has no time.
    TimeMissing "TIME_MISSING" Warning "Give the time, or leave out the precision. The record counts as one without this time.";
    /// A country code is not ISO 3166-1 alpha-2; the text was moved to labels.
    CountryInvalid "COUNTRY_INVALID" Warning "Give an upper-case ISO 3166-1 alpha-2 code such as US. The text was kept in labels under the field's path.";
    /// A reference is not a resource name.
    ReferenceInvalid "REFERENCE_INVALID" Error "Refer to a record by its full name, collection/{id}.";
    /// A reference to a record that is not in the corpus.
    ReferenceUnknown "REFERENCE_UNKNOWN" Error "Add the record, or correct the name.";
    /// A reference to a record that was left out because of an error.
    ReferenceDropped "REFERENCE_DROPPED" Error "Correct the error of the record that is referred to.";
    /// An actor is its own parent, directly or indirectly.
    ParentCycle "PARENT_CYCLE" Error "Remove the parent of one of the actors in the cycle.";
    /// A claim has a relation to itself.
    SelfRelation "SELF_RELATION" Error "Refer to another claim, or leave out the relation.";
    /// A claim has the same relation to the same claim twice; the first is kept.
    RelationRepeated "RELATION_REPEATED" Warning "Leave out one of them. The first one was kept.";
    /// A span is empty, out of order, or outside of the text.
    SpanInvalid "SPAN_INVALID" Error "Give spans in code points, half-open, in text order, inside the text.";
    /// The text at a mention's spans is not the mention's text.
    MentionDiffers "MENTION_DIFFERS" Warning "Correct the spans or the text.";
    /// Evidence has neither spans nor quote and is not a paraphrase.
    EvidenceWithoutQuote "EVIDENCE_WITHOUT_QUOTE" Error "Give the quote or its spans, or make it QUOTATION_TYPE_PARAPHRASE.";
    /// A quote without spans was found in the text.
    QuoteLocated "QUOTE_LOCATED" Note "Nothing; the spans were filled in.";
    /// A quote is not at its spans; the spans were corrected.
    QuoteMoved "QUOTE_MOVED" Warning "Use the corrected spans in the source.";
    /// A quote is not in the text.
    QuoteMissing "QUOTE_MISSING" Warning "Compare the quote with the text, character by character. The evidence has no spans.";
    /// A quote is in the text several times.
    QuoteAmbiguous "QUOTE_AMBIGUOUS" Warning "Give spans, or a prefix or suffix that only one of the places has. The evidence has no spans.";
    /// A prefix or suffix differs from the text beside the spans.
    ContextDiffers "CONTEXT_DIFFERS" Warning "Copy prefix and suffix from the text right beside the quote.";
}

impl Code {
    /// Whether the whole load is refused. Part of a snapshot is not the corpus that was written.
    pub fn refuses_load(self) -> bool {
        self == Self::SnapshotRefused
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_distinct_and_have_advice() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(Code::ALL.iter().all(|code| code.advice().ends_with('.')));
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut("ä"), "ä");
        assert_eq!(cut(&"ä".repeat(60)), "ä".repeat(60));
        assert_eq!(cut(&"ä".repeat(61)), format!("{}…", "ä".repeat(60)));
    }
}
