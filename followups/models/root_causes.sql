-- Root causes stay a tree of at most three levels, whoever writes them and however many at once: they wait for each other.
-- A migration runs this file; a test holds the database to it. Another text needs another migration.

CREATE OR REPLACE FUNCTION followups_keep_a_tree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above integer;
    below integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('followups_rootcause'));
    WITH RECURSIVE up (id, parent_id, level) AS (
        SELECT id, parent_id, 1 FROM followups_rootcause WHERE id = NEW.parent_id
        UNION ALL
        SELECT one.id, one.parent_id, level + 1 FROM followups_rootcause one JOIN up ON one.id = up.parent_id
        WHERE level < 4
    ) SELECT coalesce(max(level), 0) INTO above FROM up;
    WITH RECURSIVE down (id, level) AS (
        SELECT NEW.id, 1
        UNION ALL
        SELECT one.id, level + 1 FROM followups_rootcause one JOIN down ON one.parent_id = down.id
        WHERE level < 4
    ) SELECT max(level) INTO below FROM down;
    IF above + below > 3 THEN
        RAISE EXCEPTION 'Root causes are a tree of at most three levels.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'followups_causes_are_a_tree';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER followups_causes_are_a_tree
    AFTER INSERT OR UPDATE OF parent_id ON followups_rootcause
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION followups_keep_a_tree();
