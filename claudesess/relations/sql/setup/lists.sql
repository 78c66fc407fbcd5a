-- Functions over a JSON value that should be a list of objects; run once, when a store is made.

-- The list as text; NULL for anything else, such as a list that an older writer formatted as text.
CREATE MACRO only_list(value) AS CASE
    WHEN json_type(value) = 'ARRAY'
        AND len(list_filter(json_extract(value, '$[*]'), lambda item: json_type(item) <> 'OBJECT')) = 0
    THEN value::VARCHAR
END;

-- How many items: elements of a list, bulleted or numbered lines of a text; NULL where there is nothing to count.
CREATE MACRO n_items(value) AS CASE json_type(value)
    WHEN 'ARRAY' THEN json_array_length(value)::BIGINT
    WHEN 'VARCHAR' THEN nullif(len(regexp_extract_all(value ->> '$', '(?m)^\s*(?:[-*•]|\d+[.)])\s+\S')), 0)
END;
