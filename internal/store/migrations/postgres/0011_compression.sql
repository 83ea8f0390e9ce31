-- +goose Up
-- Documents compress with lz4 at less than half the cost of the default, where the server was
-- built with it.

-- +goose StatementBegin
do $$
declare
    document record;
begin
    for document in
        select table_name, column_name from information_schema.columns
        where table_schema = current_schema() and data_type = 'json'
    loop
        execute format('alter table %I alter column %I set compression lz4',
            document.table_name, document.column_name);
    end loop;
exception
    when feature_not_supported or invalid_parameter_value then
        raise notice 'this server has no lz4: documents keep the default compression';
end
$$;
-- +goose StatementEnd
