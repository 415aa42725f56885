//! What a check found in a record or a file.

use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// Something was filled in or is worth knowing.
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

/// One thing found in one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// Path of the field, in proto names (`evidence[0].spans[1]`). Empty: the record as a whole.
    pub field: String,
    /// What was found, with the values.
    pub message: String,
}

/// The findings of one record.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Notes a finding.
    pub fn add(&mut self, code: Code, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(Finding { code, field: field.into(), message: message.into() });
    }

    /// Whether one of them keeps the record from being served.
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
        /// What can be found while loading. Codes are never renamed; new ones may come.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The code as reports print it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }

            /// What to do about it.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$variant => $advice,)+ }
            }
        }
    };
}

codes! {
    /// A file or folder cannot be opened or read.
    FileUnreadable "FILE_UNREADABLE" Error "Check the path and its permissions.";
    /// A file that cannot be streamed is larger than the limit.
    FileTooLarge "FILE_TOO_LARGE" Error "Raise --max-database-bytes, if there is memory for it, or split the file.";
    /// A compressed file is cut off or damaged.
    StreamBroken "STREAM_BROKEN" Error "Get the file again, whole. What stood before the damage was read.";
    /// A file ends inside of a record.
    FileTruncated "FILE_TRUNCATED" Error "Get the file again, whole. What stood before was read.";
    /// An encoded record cannot be decoded.
    RecordBroken "RECORD_BROKEN" Error "Write each record as a length and an encoded claimd.v1.Record.";
    /// A snapshot is cut off, damaged or of another version.
    SnapshotRefused "SNAPSHOT_REFUSED" Error "Write the snapshot again with claimd convert, by this version.";
    /// A manifest cannot be used.
    ManifestInvalid "MANIFEST_INVALID" Error "Correct the manifest; none of its datasets was read.";
    /// A file of a dataset is not the one that the manifest means.
    ChecksumDiffers "CHECKSUM_DIFFERS" Error "Get the file again, or correct its sha256 in the manifest. The file was not read.";
    /// Records of different datasets are one, by an identifier or address.
    RecordsMerged "RECORDS_MERGED" Note "Nothing; records that name the other one lead to this one.";
    /// Records that share an identifier or address cannot be one.
    MergeConflict "MERGE_CONFLICT" Warning "Correct the identifier, address or text in one of them. Each was kept as it is.";
    /// A file has no line.
    FileEmpty "FILE_EMPTY" Warning "Leave the file out, or find out why nothing was written to it.";
    /// A folder has no file in a known format.
    FolderEmpty "FOLDER_EMPTY" Warning "Give a folder that holds files of a format that claimd convert --help lists.";
    /// A file in a folder is not of a known format.
    FileSkipped "FILE_SKIPPED" Note "Nothing, if the file holds no records; else give it the ending of its format, or name it on its own with --format.";
    /// A file given by name is not of a known format.
    FormatUnknown "FORMAT_UNKNOWN" Error "Give the file the ending of its format, or say it with --format.";
    /// The load brought no record at all.
    NoRecords "NO_RECORDS" Error "Give at least one file with a record that has no errors.";
    /// A file begins with a byte order mark.
    ByteOrderMark "BYTE_ORDER_MARK" Note "Nothing; the mark was passed over. Save as UTF-8 without it to be rid of this note.";
    /// A line is longer than the limit.
    LineTooLong "LINE_TOO_LONG" Error "Write one record a line, or raise --max-line-bytes.";
    /// A line is not UTF-8.
    NotUtf8 "NOT_UTF8" Error "Save the file as UTF-8.";
    /// A line is not JSON.
    NotJson "NOT_JSON" Error "Mend the JSON; in a file of lines a record stands on one line, whole.";
    /// A line holds no record, or several.
    NotOneRecord "NOT_ONE_RECORD" Error "Write {\"article\":{…}}, {\"actor\":{…}} or {\"claim\":{…}}.";
    /// A field has no meaning here.
    FieldUnknown "FIELD_UNKNOWN" Error "Correct the spelling, or put the value into labels.";
    /// A field is given twice.
    FieldRepeated "FIELD_REPEATED" Error "Give the field once.";
    /// A value is of the wrong type or cannot be read.
    ValueInvalid "VALUE_INVALID" Error "Give a value of the field's type, as ProtoJSON writes it.";
    /// An enum has no such value; the text went to labels.
    EnumUnknown "ENUM_UNKNOWN" Warning "Use a value of the enum. The text was kept in labels under the field's path.";
    /// Deletions in a delta are of what no file has.
    NothingDeleted "NOTHING_DELETED" Note "Nothing, if it was no record (an address, a ship); else give the files that the delta continues, too.";
    /// A record comes from several datasets; one stands for them.
    DatasetChosen "DATASET_CHOSEN" Note "Nothing, if it may count as of that dataset alone; labels name every one.";
    /// A value has no place in its field; it went to labels.
    KeptAsLabel "KEPT_AS_LABEL" Warning "Correct the value in the source. It was kept in labels under the field's path.";
    /// Records that were passed over, all of one kind together.
    RecordSkipped "RECORD_SKIPPED" Note "Nothing, if claimd has no use for them; else give them in another form.";
    /// An entity of FollowTheMoney lacks what every entity has.
    EntityInvalid "ENTITY_INVALID" Error "Write {\"id\":…,\"schema\":…,\"properties\":{…}}, or {\"op\":…,\"entity\":{…}} in a delta.";
    /// An imported actor has no name.
    NameMissing "NAME_MISSING" Warning "Give it a name in the source. Without one it is shown by its id, or left out if it has none either.";
    /// A news item lacks what every item has.
    ItemInvalid "ITEM_INVALID" Error "Give an object with a uri.";
    /// A news item that may not be read yet, or any more.
    ItemHeldBack "ITEM_HELD_BACK" Note "Nothing; it is served by a load after its embargo, and never while it is withheld.";
    /// A news item has no text that can be read.
    TextMissing "TEXT_MISSING" Note "Give a body as plain text or HTML; without it quotes of the article cannot be checked.";
    /// A file is not a SQLite database, or is damaged.
    DatabaseInvalid "DATABASE_INVALID" Error "Copy the file again while no program has it open; sqlite3 can check it with PRAGMA integrity_check.";
    /// A SQLite database is not of the Discourse Network Analyzer 3, or is coded by other variables.
    DatabaseForeign "DATABASE_FOREIGN" Error "Open and save it with the Discourse Network Analyzer 3, and name the variables with the --dna-… options.";
    /// A SQLite database was in use with a write-ahead log.
    DatabaseLogged "DATABASE_LOGGED" Note "Close the database in the program that writes it, so that the log goes into the file.";
    /// A coded statement lacks what a statement needs to count in a network.
    CodingMissing "CODING_MISSING" Warning "Code the statement whole in the Discourse Network Analyzer, if it is meant to count. The claim is served and is in no network.";
    /// A property that its format asks for is missing.
    PropertyMissing "PROPERTY_MISSING" Warning "Have the publisher give the property. The message says what stands for it here, if anything.";
    /// A reference to an object that does not stand in the same document.
    NodeUnknown "NODE_UNKNOWN" Warning "Have the publisher put the object with that @id into the same document. The property was read as if it were missing.";
    /// An actor without an identifier is called as one that has one.
    Namesake "NAMESAKE" Warning "If they are one, have the publisher give the identifier (sameAs) in every review. Each was kept as it is, and so were their claims.";
    /// Properties that no field takes.
    PropertyUnread "PROPERTY_UNREAD" Note "Nothing, if they are not needed; short texts among them were kept in labels.";
    /// A value is not written as its format asks for, and was read as it is meant.
    ValueMended "VALUE_MENDED" Note "Nothing, if the message says what is meant; else correct the value in the source.";
    /// A rating that is not in the vocabulary.
    RatingUnknown "RATING_UNKNOWN" Warning "Report the text, so that it enters the vocabulary (data/ratings.tsv). The claim counts as not rated.";
    /// A rating was read from its number.
    RatingByNumber "RATING_BY_NUMBER" Note "Nothing, if the scale is the usual one; else report the text, so that it enters the vocabulary.";
    /// A fact-checker names itself as the source of what it checked.
    ReviewerAsSource "REVIEWER_AS_SOURCE" Note "Nothing; the claim has no such speaker or evidence.";
    /// A record is larger than what can be sent.
    RecordTooLarge "RECORD_TOO_LARGE" Error "Split the text, or raise --max-record-bytes and --max-response-bytes.";
    /// A record's own name breaks the rules.
    NameInvalid "NAME_INVALID" Error "Name the record collection/{id}; id is 1 to 128 of [A-Za-z0-9._~-].";
    /// Two records have one name; the first is kept.
    NameTaken "NAME_TAKEN" Error "Give one of them another name, or leave it out. The first one was kept.";
    /// Records of one name that were united have different values in a field; one of them is kept.
    ValuesDiffer "VALUES_DIFFER" Note "Correct the value in one of the sources. The longer text, the finer time or the narrower kind was kept.";
    /// A merged name is the name of another record, or another record's merged name.
    MergedNameTaken "MERGED_NAME_TAKEN" Warning "Take the merged name out of all records but one. It does not lead to this record.";
    /// A required field is empty.
    FieldRequired "FIELD_REQUIRED" Error "Give the field a value.";
    /// A number is outside of its range, or a text too long.
    OutOfRange "OUT_OF_RANGE" Error "Give a value within the range.";
    /// A language tag is not BCP-47; the text went to labels.
    LanguageInvalid "LANGUAGE_INVALID" Warning "Give a BCP-47 tag such as de or en-GB. The text was kept in labels under the field's path.";
    /// A time is finer than its precision says is known.
    TimeTooFine "TIME_TOO_FINE" Warning "Give the first instant in UTC of what is known (a day as 2020-08-02T00:00:00Z, whatever the time zone), or the precision that is meant. Both were kept as they are.";
    /// A time without a precision.
    PrecisionMissing "PRECISION_MISSING" Note "Say how much of the time is known. Without that it counts as exact.";
    /// A precision without a time.
    TimeMissing "TIME_MISSING" Warning "Give the time, or leave the precision out. The record counts as one without that time.";
    /// A country code is not ISO 3166-1 alpha-2; the text went to labels.
    CountryInvalid "COUNTRY_INVALID" Warning "Give an upper-case ISO 3166-1 alpha-2 code such as US. The text was kept in labels under the field's path.";
    /// A reference is not a resource name.
    ReferenceInvalid "REFERENCE_INVALID" Error "Refer to a record by its whole name, collection/{id}.";
    /// A reference to a record that is not in the corpus.
    ReferenceUnknown "REFERENCE_UNKNOWN" Error "Add the record, or correct the name.";
    /// A reference to a record that was left out for an error of its own.
    ReferenceDropped "REFERENCE_DROPPED" Error "Mend the error of the record that is referred to.";
    /// An actor is its own parent, over any number of steps.
    ParentCycle "PARENT_CYCLE" Error "Take the parent from one of the actors in the circle.";
    /// A claim relates to itself.
    SelfRelation "SELF_RELATION" Error "Relate the claim to another one, or leave the relation out.";
    /// A claim has the same relation to the same claim twice; the first is kept.
    RelationRepeated "RELATION_REPEATED" Warning "Leave one of them out. The first one was kept.";
    /// A span is empty, out of order, or not inside of the text.
    SpanInvalid "SPAN_INVALID" Error "Give spans in code points, half-open, in text order, inside of the text.";
    /// The text at a mention's spans is not the mention's text.
    MentionDiffers "MENTION_DIFFERS" Warning "Correct the spans or the text.";
    /// Evidence has neither spans nor quote and is no paraphrase.
    EvidenceWithoutQuote "EVIDENCE_WITHOUT_QUOTE" Error "Give the quote or its spans, or make it QUOTATION_TYPE_PARAPHRASE.";
    /// A quote without spans was found.
    QuoteLocated "QUOTE_LOCATED" Note "Nothing; the spans were filled in.";
    /// A quote stands elsewhere than its spans say.
    QuoteMoved "QUOTE_MOVED" Warning "Take over the corrected spans.";
    /// A quote does not stand in the text.
    QuoteMissing "QUOTE_MISSING" Warning "Compare the quote with the text, character by character. The evidence has no spans.";
    /// A quote stands at several places.
    QuoteAmbiguous "QUOTE_AMBIGUOUS" Warning "Give spans, or a prefix or suffix that tells the places apart. The evidence has no spans.";
    /// A prefix or suffix is not what stands beside the spans.
    ContextDiffers "CONTEXT_DIFFERS" Warning "Copy prefix and suffix from the text right beside the quote.";
}

impl Code {
    /// Whether the load is refused as a whole: half of a snapshot is not what was written.
    pub fn refuses_load(self) -> bool {
        self == Self::SnapshotRefused
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_distinct_and_give_advice() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(Code::ALL.iter().all(|code| code.advice().ends_with('.')));
    }
}
