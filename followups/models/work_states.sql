-- The state of a follow-up is a finer word for its status, whoever writes the row: where the two do not fit, or a state is
-- gone, it is the usual state of the status. Each status has a usual one.
-- A migration runs this file; a test holds the database to it. Another text needs another migration.

CREATE OR REPLACE FUNCTION followups_find_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT meaning FROM followups_workstate WHERE id = NEW.state_id) IS DISTINCT FROM NEW.status THEN
        NEW.state_id := (SELECT id FROM followups_workstate WHERE meaning = NEW.status AND is_default);
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER followups_state_fits
    BEFORE INSERT OR UPDATE OF status, state_id ON followups_followup
    FOR EACH ROW EXECUTE FUNCTION followups_find_state();

CREATE OR REPLACE FUNCTION followups_keep_usual_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM followups_workstate WHERE meaning = OLD.meaning AND is_default) THEN
        RAISE EXCEPTION 'Every meaning has a usual state.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'followups_usual_state_stays';
    END IF;
    RETURN NULL;
END $$;

-- Looked at when all is written, so that the usual one can be changed for another.
DROP TRIGGER IF EXISTS followups_usual_state_stays ON followups_workstate;
CREATE CONSTRAINT TRIGGER followups_usual_state_stays
    AFTER UPDATE OR DELETE ON followups_workstate DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.is_default) EXECUTE FUNCTION followups_keep_usual_state();
