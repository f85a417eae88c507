-- Once a connection: where a load's lines and new events are kept until it commits.
create temp table if not exists staged (line text) on commit delete rows;

create temp table if not exists fresh (
    like telemetry.events,
    day date,
    hour smallint,
    what text -- started, completed, error: the run events, by whatever name they go
) on commit delete rows;

create temp table if not exists fresh_visitors (
    like telemetry.visitor_days
) on commit delete rows;
