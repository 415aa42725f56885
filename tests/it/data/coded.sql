-- Two statements behind an umlaut and an emoji, for the tables of dna_tables.sql.
INSERT INTO CODERS VALUES (1, 'Coder');
INSERT INTO DOCUMENTS VALUES (1, 'Anhörung', 'Für 🙂: Ja.' || char(10) || 'Ja.', 1, '', '', '', '', '', 1106697600);
INSERT INTO STATEMENTTYPES VALUES (1, 'DNA Statement');
INSERT INTO VARIABLES VALUES (1, 'person', 'short text', 1), (2, 'organization', 'short text', 1),
    (3, 'concept', 'short text', 1), (4, 'agreement', 'boolean', 1);
INSERT INTO ENTITIES VALUES (1, 1, 'Ada', NULL), (2, 2, 'Bund', NULL), (3, 3, 'Steuern', NULL);
INSERT INTO STATEMENTS VALUES (1, 1, 1, 8, 11, 1), (2, 1, 1, 12, 15, 1);
INSERT INTO DATASHORTTEXT VALUES (1, 1, 1, 1), (2, 1, 2, 2), (3, 1, 3, 3), (4, 2, 2, 2), (5, 2, 3, 3);
INSERT INTO DATABOOLEAN VALUES (1, 1, 4, 1), (2, 2, 4, 0);
