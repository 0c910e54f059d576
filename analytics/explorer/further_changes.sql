-- What customers say to further questions is told as the rest of an answer is: changes.sql has the functions. It is not in
-- that file, which migrations run that know no such table yet.
-- A migration runs this file; a test holds the database to it. Another text needs another migration.

CREATE OR REPLACE TRIGGER analytics_told_further_added AFTER INSERT ON responses_furtheranswer
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION analytics_tell_their_answers();
CREATE OR REPLACE TRIGGER analytics_told_further_removed AFTER DELETE ON responses_furtheranswer
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION analytics_tell_their_answers();
CREATE OR REPLACE TRIGGER analytics_told_further_changed AFTER UPDATE ON responses_furtheranswer FOR EACH ROW
    WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION analytics_tell_its_answer();
