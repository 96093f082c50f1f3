-- SPDX-License-Identifier: GPL-2.0-or-later
-- Where a study keeps what its wearers exported. Two exports of one ledger overlap, and each event has an id: so
-- whatever is loaded again changes nothing. A tag's record is known by tag, log and sequence, an entry by its id,
-- both within the wearer who handed them in.
CREATE TABLE wearer (wearer integer PRIMARY KEY, code text NOT NULL UNIQUE);

CREATE TABLE record (
  wearer integer NOT NULL,
  address macaddr NOT NULL,
  log bytea NOT NULL,
  sequence bigint NOT NULL,
  at timestamptz,
  raw bytea NOT NULL,
  PRIMARY KEY (wearer, address, log, sequence)
) PARTITION BY HASH (wearer);
CREATE TABLE record_0 PARTITION OF record FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE TABLE record_1 PARTITION OF record FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE record_2 PARTITION OF record FOR VALUES WITH (MODULUS 4, REMAINDER 2);
CREATE TABLE record_3 PARTITION OF record FOR VALUES WITH (MODULUS 4, REMAINDER 3);

CREATE TABLE entry (
  wearer integer NOT NULL, id text NOT NULL, kind text NOT NULL, way text NOT NULL, at timestamptz NOT NULL,
  recorded timestamptz NOT NULL, name text NOT NULL, value text NOT NULL, PRIMARY KEY (wearer, id)
);

-- The same id with another content: the first copy stays, as in the ledger, and somebody looks at it.
CREATE TABLE conflict (wearer integer NOT NULL, id text NOT NULL, content text NOT NULL);

-- A line of a file as it comes.
CREATE UNLOGGED TABLE line (
  id text, kind text, way text, at text, recorded text, name text, value text, address text, log text, raw text,
  received text, uv_index text
);

-- An apostrophe guards a cell that a spreadsheet would take for a formula.
CREATE FUNCTION plain(cell text) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$ SELECT CASE WHEN left(cell, 1) = '''' THEN substr(cell, 2) ELSE coalesce(cell, '') END $$;

-- Takes in the lines of one wearer's file.
CREATE PROCEDURE take(code_of text) LANGUAGE plpgsql AS $$
DECLARE
  me integer;
BEGIN
  INSERT INTO wearer SELECT coalesce(max(w.wearer), 0) + 1, code_of FROM wearer w
    ON CONFLICT (code) DO NOTHING;
  SELECT wearer INTO me FROM wearer WHERE code = code_of;
  INSERT INTO conflict SELECT me, l.id, l.raw FROM line l JOIN record r
      ON r.wearer = me AND r.address = l.address::macaddr AND r.log = decode(l.log, 'hex')
      AND r.sequence = split_part(l.id, ':', 9)::bigint
    WHERE l.kind = 'record' AND r.raw <> decode(l.raw, 'hex');
  INSERT INTO record SELECT me, address::macaddr, decode(log, 'hex'), split_part(id, ':', 9)::bigint,
      at::timestamptz, decode(raw, 'hex') FROM line WHERE kind = 'record'
    ON CONFLICT DO NOTHING;
  INSERT INTO entry SELECT me, id, kind, way, at::timestamptz, recorded::timestamptz, plain(name), plain(value)
      FROM line WHERE kind NOT IN ('record', 'sample')
    ON CONFLICT DO NOTHING;
  TRUNCATE line;
END $$;
