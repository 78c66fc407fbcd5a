-- Days of the zone of the store, which is the variable `zone`; run once, when a store is made.

-- The day on which a moment is there: its midnight by the clock there, without a zone.
CREATE MACRO day_of(moment) AS date_trunc('day', moment AT TIME ZONE getvariable('zone'));

-- The moment at which a day begins there.
CREATE MACRO begin_of(day) AS day AT TIME ZONE getvariable('zone');
